//! Identifiers in the shapes the service uses, from a seeded generator so that a run can be repeated.

/// A small generator (SplitMix64): identifiers need no secrecy, only repeatability.
#[derive(Debug, Clone)]
pub(crate) struct Identifiers {
    state: u64,
}

impl Identifiers {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in [0, 1).
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// `length` lower-case hexadecimal digits, at most 32.
    fn hex(&mut self, length: usize) -> String {
        let mut digits = format!("{:016x}{:016x}", self.number(), self.number());
        digits.truncate(length);
        digits
    }

    fn uuid(&mut self) -> uuid::Uuid {
        let bytes = (u128::from(self.number()) << 64) | u128::from(self.number());
        uuid::Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid()
    }

    /// `c` and 32 hexadecimal digits.
    pub(crate) fn cluster(&mut self) -> String {
        format!("c{}", self.uuid().simple())
    }

    /// `np` and 32 hexadecimal digits.
    pub(crate) fn node_pool(&mut self) -> String {
        format!("np{}", self.uuid().simple())
    }

    /// `T-` and 24 hexadecimal digits.
    pub(crate) fn task(&mut self) -> String {
        format!("T-{}", self.hex(24))
    }

    /// `e-` and a UUID.
    pub(crate) fn event(&mut self) -> String {
        format!("e-{}", self.uuid())
    }

    /// An upper-case UUID.
    pub(crate) fn request(&mut self) -> String {
        self.uuid().to_string().to_uppercase()
    }

    /// An upper-case UUID behind `KubernetesWorkerRole-`.
    pub(crate) fn worker_role(&mut self) -> String {
        format!("KubernetesWorkerRole-{}", self.uuid())
    }

    /// A cloud resource such as `vpc-…`, `sg-…`, `i-…`, `asg-…`, `lb-…`.
    pub(crate) fn resource(&mut self, prefix: &str) -> String {
        format!("{prefix}-bp1{}", self.hex(17))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_a_run_in_the_documented_shapes() {
        let mut first = Identifiers::new(7);
        let mut second = Identifiers::new(7);
        let cluster = first.cluster();
        assert_eq!(cluster, second.cluster());
        assert_eq!(cluster.len(), 33);
        assert_ne!(first.cluster(), cluster);
        assert_eq!(first.task().len(), 26);
        assert_eq!(first.node_pool().len(), 34);
        assert!((0.0..1.0).contains(&first.fraction()));
    }
}
