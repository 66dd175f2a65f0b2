//! What is filled in and checked before anything is sent to the service.

use serde_json::Value as Note;
use tf_provider::{Diagnostics, Maybe, Path, Plan, View, name_prefix};

use super::fields::{DEFAULT_SCALING_TYPE, DataDisk, Scaling, Spot, SystemDisk, Taint};
use super::resource::NodePool;
use super::{checks, place};
use crate::bridge::{Connection, Error};
use crate::{region, tags};

/// The note that holds the image which the user chose last.
pub(super) const OWN_IMAGE: &str = "own_image";

/// The note that holds what the pool can be scaled for, also while it is not scaled.
pub(super) const SCALING_TYPE: &str = "scaling_type";

/// Fills in and checks a plan.
pub(super) async fn plan(plan: &mut Plan<'_, NodePool>, connection: Option<&Connection>) -> Result<(), Error> {
    region::plan(plan, NodePool::REGION, connection).await?;
    name_prefix::plan(plan, NodePool::NAME, NodePool::NAME_PREFIX);
    sizes(plan);
    scaling_type(plan);
    subscription(plan);
    image(plan);
    tags::plan(plan, NodePool::TAGS, NodePool::TAGS_ALL, checks::pool_tags, connection);
    name_of_kept(plan);
    if plan.is_create() {
        public_addresses(plan);
        disks(plan);
    } else {
        charge_of_public_addresses(plan);
    }
    region::stay(plan, NodePool::REGION, connection);
    place::plan(plan, connection).await
}

/// Refuses to put a new pool in the place of one that stays under the same name.
fn name_of_kept(plan: &mut Plan<'_, NodePool>) {
    // A name that is made from a prefix is another one.
    let fixed = !plan.config().is_unset(NodePool::NAME);
    let stays = plan.prior().get(NodePool::SKIP_DESTROY) == Maybe::Known(true);
    if stays && fixed && plan.replaces() && !plan.changes(NodePool::NAME) && !plan.changes(NodePool::CLUSTER_ID) {
        plan.diagnostics.error(
            NodePool::SKIP_DESTROY,
            "The node pool that is to be replaced would stay, with the name of the new one",
            "`skip_destroy` is on in the state, and names are unique in a cluster. Give the new node pool another `name`; or undo the change, set `skip_destroy = false`, apply, and make the change again.",
        );
    }
}

/// Plans a new pool for scaling of another kind than this one can have, even if it has not been scaled so far.
fn scaling_type(plan: &mut Plan<'_, NodePool>) {
    if plan.is_create() || plan.prior().is_set(NodePool::SCALING) || plan.config().is_unset(NodePool::SCALING) {
        return;
    }
    let wanted = match plan.config().nested(NodePool::SCALING).get(Scaling::TYPE) {
        Maybe::Known(wanted) => wanted,
        Maybe::Null => DEFAULT_SCALING_TYPE.to_owned(),
        Maybe::Unknown => return,
    };
    if plan.note(SCALING_TYPE).and_then(Note::as_str).unwrap_or(DEFAULT_SCALING_TYPE) != wanted {
        plan.replace(NodePool::SCALING);
    }
}

/// Plans the sizes: what the limits of scaling rule is no wish of the user's, and a first size never changes.
fn sizes(plan: &mut Plan<'_, NodePool>) {
    let first = plan.prior().get(NodePool::INITIAL_SIZE);
    if first.is_set() {
        plan.set(NodePool::INITIAL_SIZE, first);
    } else if plan.is_create() && plan.config().is_unset(NodePool::INITIAL_SIZE) {
        // Beside a size that the pool keeps, the first one says nothing.
        let first = match plan.config().get(NodePool::DESIRED_SIZE) {
            Maybe::Known(_) => Maybe::Null,
            Maybe::Unknown => Maybe::Unknown,
            Maybe::Null => Maybe::Known(0),
        };
        plan.set(NodePool::INITIAL_SIZE, first);
    }
    if !plan.config().get(NodePool::DESIRED_SIZE).is_null() {
        return;
    }
    let scaling = plan.config().raw(NodePool::SCALING);
    let (unknown, scales) = (scaling.is_unknown(), !scaling.is_null());
    if unknown {
        plan.set(NodePool::DESIRED_SIZE, Maybe::Unknown);
    } else if scales {
        plan.set(NodePool::DESIRED_SIZE, Maybe::Null);
    } else if plan.is_create() {
        let first = match plan.config().get(NodePool::INITIAL_SIZE) {
            Maybe::Null => Maybe::Known(0),
            first => first,
        };
        plan.set(NodePool::DESIRED_SIZE, first);
    } else if plan.prior().is_set(NodePool::SCALING) {
        // The nodes that are there stay when scaling is switched off.
        let present = plan.prior().get(NodePool::CURRENT_SIZE);
        plan.set(NodePool::DESIRED_SIZE, present);
    }
}

/// Without a bandwidth, nodes of a new pool have no public addresses, and nothing is paid for them.
fn public_addresses(plan: &mut Plan<'_, NodePool>) {
    if plan.config().is_unset(NodePool::INTERNET_MAX_BANDWIDTH_OUT) {
        plan.set(NodePool::INTERNET_MAX_BANDWIDTH_OUT, Maybe::Null);
    }
    let none = matches!(plan.get(NodePool::INTERNET_MAX_BANDWIDTH_OUT), Maybe::Null | Maybe::Known(0));
    if none && plan.config().is_unset(NodePool::INTERNET_CHARGE_TYPE) {
        plan.set(NodePool::INTERNET_CHARGE_TYPE, Maybe::Null);
    }
}

/// With the first public addresses the service chooses how they are paid for.
fn charge_of_public_addresses(plan: &mut Plan<'_, NodePool>) {
    let before = plan.prior().get(NodePool::INTERNET_CHARGE_TYPE);
    let none = matches!(plan.get(NodePool::INTERNET_MAX_BANDWIDTH_OUT), Maybe::Null | Maybe::Known(0));
    let chosen = !none && plan.changes(NodePool::INTERNET_MAX_BANDWIDTH_OUT);
    if chosen && before.is_null() && plan.config().is_unset(NodePool::INTERNET_CHARGE_TYPE) {
        plan.set(NodePool::INTERNET_CHARGE_TYPE, Maybe::Unknown);
    }
}

/// Plans what new disks have none of: a performance level if they are no ESSDs, an algorithm if they are not encrypted.
fn disks(plan: &mut Plan<'_, NodePool>) {
    let other = |category: Maybe<String>| category.known().is_some_and(|category| !is_levelled(&category));
    plan.set_inside(NodePool::SYSTEM_DISK, SystemDisk::PERFORMANCE_LEVEL, &Maybe::Null, |disk| {
        disk.is_unset(SystemDisk::CATEGORIES) && other(disk.get(SystemDisk::CATEGORY))
    });
    plan.set_inside(NodePool::SYSTEM_DISK, SystemDisk::ENCRYPT_ALGORITHM, &Maybe::Null, |disk| {
        disk.get(SystemDisk::ENCRYPTED) == Maybe::Known(false)
    });
    plan.set_inside(NodePool::DATA_DISKS, DataDisk::PERFORMANCE_LEVEL, &Maybe::Null, |disk| {
        other(disk.get(DataDisk::CATEGORY))
    });
}

/// Whether disks of this category have a performance level.
pub(super) fn is_levelled(category: &str) -> bool {
    category == "cloud_essd"
}

/// Plans the attributes of a subscription: without one there is nothing to choose.
fn subscription(plan: &mut Plan<'_, NodePool>) {
    if plan.get(NodePool::INSTANCE_CHARGE_TYPE) != Maybe::Known("PostPaid".to_owned()) {
        return;
    }
    for field in [NodePool::PERIOD, NodePool::AUTO_RENEW_PERIOD] {
        if plan.config().is_unset(field) {
            plan.set(field, Maybe::Null);
        }
    }
    if plan.config().is_unset(NodePool::PERIOD_UNIT) {
        plan.set(NodePool::PERIOD_UNIT, Maybe::Null);
    }
}

/// Refuses to take back an image of the user's: the service goes on with it, whatever the `image_type`. One that the
/// service chose stays silently; only a note tells the two apart.
fn image(plan: &mut Plan<'_, NodePool>) {
    let chosen = plan.note(OWN_IMAGE).and_then(Note::as_str).map(str::to_owned);
    let is_removed = plan.config().get(NodePool::IMAGE_ID).is_null() && !plan.replaces();
    if let Some(image) = chosen.filter(|image| plan.prior().get(NodePool::IMAGE_ID) == Maybe::Known(image.clone()))
        && is_removed
    {
        plan.diagnostics.error(
            NodePool::IMAGE_ID,
            "`image_id` cannot be removed",
            format!(
                "Without it, the service would go on using {image} for new nodes, even with another `image_type`. Set `image_id` to the image that new nodes should have, such as that of another node pool with this `image_type`, or keep {image}."
            ),
        );
    }
}

/// Rules over several attributes.
pub(super) fn validate(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    name_prefix::validate(config, NodePool::NAME, NodePool::NAME_PREFIX, diagnostics);
    sizes_agree(config, diagnostics);
    payment_agrees(config, diagnostics);
    periods_are_usual(config, diagnostics);
    spot_agrees(config, diagnostics);
    taints_differ(config, diagnostics);
    preferences_agree(config, diagnostics);
    login_agrees(config, diagnostics);
    disks_agree(config, diagnostics);
}

fn sizes_agree(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let scales = config.is_set(NodePool::SCALING);
    let sized = config.is_set(NodePool::DESIRED_SIZE);
    if sized && scales {
        diagnostics.error(
            NodePool::DESIRED_SIZE,
            "`desired_size` cannot be set together with `scaling`",
            "With `scaling`, the service decides how many nodes there are. Remove `desired_size`. For the size at creation use `initial_size`, for limits `scaling.min` and `scaling.max`.",
        );
    }
    if sized && config.is_set(NodePool::INITIAL_SIZE) {
        diagnostics.error(
            NodePool::INITIAL_SIZE,
            "`initial_size` cannot be set together with `desired_size`",
            "A pool with `desired_size` is created with that size. Remove `initial_size`.",
        );
    }
    let scaling = config.nested(NodePool::SCALING);
    let (Maybe::Known(min), Maybe::Known(max)) = (scaling.get(Scaling::MIN), scaling.get(Scaling::MAX)) else {
        return;
    };
    if min > max {
        diagnostics.error(
            scaling.path(Scaling::MIN),
            "`scaling.min` is greater than `scaling.max`",
            format!("`scaling.min` is {min} and `scaling.max` is {max}. Lower `scaling.min`, or raise `scaling.max`."),
        );
    }
    if let Maybe::Known(initial) = config.get(NodePool::INITIAL_SIZE)
        && min <= max
        && !(min..=max).contains(&initial)
    {
        diagnostics.error(
            NodePool::INITIAL_SIZE,
            "`initial_size` is outside the limits of `scaling`",
            format!(
                "`initial_size` is {initial}, but `scaling` allows {min} to {max}. Choose a size within these limits."
            ),
        );
    }
}

fn payment_agrees(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let on_demand = match config.get(NodePool::INSTANCE_CHARGE_TYPE) {
        Maybe::Null => true,
        Maybe::Unknown => false,
        Maybe::Known(kind) => kind == "PostPaid",
    };
    let renews = config.get(NodePool::AUTO_RENEW) == Maybe::Known(true);
    let set = [
        (config.is_set(NodePool::PERIOD), NodePool::PERIOD.name()),
        (config.is_set(NodePool::PERIOD_UNIT), NodePool::PERIOD_UNIT.name()),
        (renews, NodePool::AUTO_RENEW.name()),
        (config.is_set(NodePool::AUTO_RENEW_PERIOD), NodePool::AUTO_RENEW_PERIOD.name()),
    ];
    for (_, name) in set.into_iter().filter(|(set, _)| *set && on_demand) {
        diagnostics.error(
            name,
            format!("`{name}` needs a subscription"),
            format!("It has an effect only with `instance_charge_type = \"PrePaid\"`. Set that, or remove `{name}`."),
        );
    }
    if config.get(NodePool::INSTANCE_CHARGE_TYPE) == Maybe::Known("PrePaid".to_owned())
        && config.is_unset(NodePool::PERIOD)
    {
        diagnostics.error(
            NodePool::PERIOD,
            "A subscription needs a `period`",
            "Set `period` to the number of months, or of weeks with `period_unit = \"Week\"`.",
        );
    }
}

/// Warns of a length of a subscription that is not sold.
fn periods_are_usual(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let (months, renewals): (&[i64], &[i64]) =
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36, 48, 60], &[1, 2, 3, 6, 12, 24, 36, 48, 60]);
    let (unit, usual, usual_renewals): (_, _, &[i64]) = match config.get(NodePool::PERIOD_UNIT) {
        Maybe::Unknown => return,
        Maybe::Known(unit) if unit == "Week" => ("weeks", &[1, 2, 3, 4][..], &[1, 2, 3]),
        _ => ("months", months, renewals),
    };
    for (field, usual) in [(NodePool::PERIOD, usual), (NodePool::AUTO_RENEW_PERIOD, usual_renewals)] {
        if let Maybe::Known(length) = config.get(field)
            && !usual.contains(&length)
        {
            let lengths: Vec<String> = usual.iter().map(ToString::to_string).collect();
            diagnostics.warning(
                field,
                format!("Unusual value for `{}`", field.name()),
                format!(
                    "Known lengths are {} {unit}. {length} is sent as it is, and the service may refuse it.",
                    lengths.join(", ")
                ),
            );
        }
    }
}

/// Kubernetes takes a key once with each effect.
fn taints_differ(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let taints = config.raw(NodePool::TAINTS);
    let mut seen = Vec::new();
    for taint in taints.elements().unwrap_or_default() {
        let taint = View::<Taint>::new(taint);
        let (Maybe::Known(key), Maybe::Known(effect)) = (taint.get(Taint::KEY), taint.get(Taint::EFFECT)) else {
            continue;
        };
        if seen.contains(&(key.clone(), effect.clone())) {
            diagnostics.error(
                NodePool::TAINTS,
                format!("Two taints have the key \"{key}\" and the effect `{effect}`"),
                "Kubernetes allows one value for each key and effect. Remove one of the two, or give it another key or effect.",
            );
        }
        seen.push((key, effect));
    }
}

fn spot_agrees(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let spot = config.nested(NodePool::SPOT);
    let Maybe::Known(strategy) = spot.get(Spot::STRATEGY) else { return };
    let subscription = config.get(NodePool::INSTANCE_CHARGE_TYPE) == Maybe::Known("PrePaid".to_owned());
    if subscription && strategy != "NoSpot" {
        diagnostics.error(
            NodePool::SPOT,
            "`spot` cannot be set together with `instance_charge_type = \"PrePaid\"`",
            "Spot instances have no subscription. Remove `spot`, or use `instance_charge_type = \"PostPaid\"`.",
        );
    }
    let path = spot.path(Spot::PRICE_LIMITS);
    let limited = strategy == "SpotWithPriceLimit";
    if limited && spot.is_unset(Spot::PRICE_LIMITS) {
        diagnostics.error(
            path,
            "`SpotWithPriceLimit` needs `price_limits`",
            "Set the highest price per hour for each instance type, or use `SpotAsPriceGo`.",
        );
        return;
    }
    if !limited && spot.is_set(Spot::PRICE_LIMITS) {
        let summary = format!("`price_limits` has no effect with `{strategy}`");
        let advice = "Use `strategy = \"SpotWithPriceLimit\"`, or remove `price_limits`.";
        // The service is known to take limits beside the market price.
        if strategy == "SpotAsPriceGo" {
            diagnostics.warning(path, summary, advice);
        } else {
            diagnostics.error(path, summary, advice);
        }
        return;
    }
    let (Maybe::Known(limits), Maybe::Known(types)) =
        (spot.get(Spot::PRICE_LIMITS), config.get(NodePool::INSTANCE_TYPES))
    else {
        return;
    };
    for (instance_type, price) in &limits {
        let path = path.key(instance_type);
        if !types.contains(instance_type) {
            diagnostics.error(
                path.clone(),
                format!("`{instance_type}` is not among `instance_types`"),
                "Each price limit is for one of the `instance_types`. Correct the name, or remove the limit.",
            );
        }
        if !price.parse::<f64>().is_ok_and(|price| price > 0.0) {
            diagnostics.error(
                path,
                format!("Invalid price limit for `{instance_type}`"),
                format!("It is \"{price}\". Write a number greater than 0, such as \"0.39\"."),
            );
        }
    }
}

/// What of `spot` counts only where instance types are chosen by their price.
fn preferences_agree(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    const NEEDED: &str = "COST_OPTIMIZED";
    let by_price = match config.get(NodePool::MULTI_AZ_POLICY) {
        Maybe::Known(policy) => policy == NEEDED,
        Maybe::Null => false,
        Maybe::Unknown => true,
    };
    let spot = config.nested(NodePool::SPOT);
    let counts = |field| matches!(spot.get(field), Maybe::Known(number) if number != 0);
    let set = [
        (counts(Spot::INSTANCE_POOLS), Spot::INSTANCE_POOLS.name()),
        (spot.get(Spot::COMPENSATE_WITH_ON_DEMAND) == Maybe::Known(true), Spot::COMPENSATE_WITH_ON_DEMAND.name()),
        (counts(Spot::ON_DEMAND_BASE_CAPACITY), Spot::ON_DEMAND_BASE_CAPACITY.name()),
        (counts(Spot::ON_DEMAND_PERCENTAGE_ABOVE_BASE_CAPACITY), Spot::ON_DEMAND_PERCENTAGE_ABOVE_BASE_CAPACITY.name()),
    ];
    for (_, name) in set.into_iter().filter(|(set, _)| *set && !by_price) {
        diagnostics.error(
            NodePool::SPOT.path().attribute(name),
            format!("`spot.{name}` needs `multi_az_policy = \"{NEEDED}\"`"),
            format!(
                "It has an effect only where instance types are chosen by price. Set that policy, or remove `{name}`."
            ),
        );
    }
}

fn login_agrees(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let image = config.get(NodePool::IMAGE_TYPE);
    if config.is_set(NodePool::PASSWORD) && image == Maybe::Known("ContainerOS".to_owned()) {
        diagnostics.error(
            NodePool::PASSWORD,
            "ContainerOS does not support logging in with a password",
            "Use `key_pair`, or another `image_type`.",
        );
    }
    if config.is_set(NodePool::PASSWORD) && config.is_set(NodePool::MANAGEMENT) {
        diagnostics.error(
            NodePool::PASSWORD,
            "A managed node pool does not support logging in with a password",
            "Use `key_pair`, or remove `management`.",
        );
    }
}

fn disks_agree(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let disk = config.nested(NodePool::SYSTEM_DISK);
    if disk.is_set(SystemDisk::CATEGORY) && disk.is_set(SystemDisk::CATEGORIES) {
        diagnostics.error(
            disk.path(SystemDisk::CATEGORY),
            "`system_disk.category` cannot be set together with `system_disk.categories`",
            "Use `category` for one category, or `categories` for several in order of preference.",
        );
    }
    // With an order of preference each option counts for the categories that have it.
    if disk.is_unset(SystemDisk::CATEGORIES) {
        let options = DiskOptions {
            category: disk.get(SystemDisk::CATEGORY),
            level: disk.is_set(SystemDisk::PERFORMANCE_LEVEL),
            bursting: disk.get(SystemDisk::BURSTING_ENABLED) == Maybe::Known(true),
            iops: disk.is_set(SystemDisk::PROVISIONED_IOPS),
            key: disk.is_set(SystemDisk::KMS_KEY_ID),
            encrypted: disk.get(SystemDisk::ENCRYPTED),
        };
        options.agree(&NodePool::SYSTEM_DISK.path(), diagnostics);
    }
    let disks = config.raw(NodePool::DATA_DISKS);
    for (i, disk) in disks.elements().unwrap_or_default().iter().enumerate() {
        let disk = View::<DataDisk>::new(disk);
        let options = DiskOptions {
            category: disk.get(DataDisk::CATEGORY),
            level: disk.is_set(DataDisk::PERFORMANCE_LEVEL),
            bursting: disk.get(DataDisk::BURSTING_ENABLED) == Maybe::Known(true),
            iops: disk.is_set(DataDisk::PROVISIONED_IOPS),
            key: disk.is_set(DataDisk::KMS_KEY_ID),
            encrypted: disk.get(DataDisk::ENCRYPTED),
        };
        options.agree(&NodePool::DATA_DISKS.path().index(i as i64), diagnostics);
    }
}

/// What of a disk's options is set, to be judged by its category.
struct DiskOptions {
    category: Maybe<String>,
    level: bool,
    bursting: bool,
    iops: bool,
    key: bool,
    encrypted: Maybe<bool>,
}

impl DiskOptions {
    fn agree(&self, disk: &Path, diagnostics: &mut Diagnostics) {
        let category = match &self.category {
            Maybe::Known(category) => Some(category.as_str()),
            _ => None,
        };
        let rules = [
            (self.level, "performance_level", "cloud_essd"),
            (self.bursting, "bursting_enabled", "cloud_auto"),
            (self.iops, "provisioned_iops", "cloud_auto"),
        ];
        for (_, name, needed) in rules.into_iter().filter(|(set, ..)| *set) {
            if category.is_some_and(|category| category != needed) {
                diagnostics.error(
                    disk.attribute(name),
                    format!("`{name}` is only for `{needed}` disks"),
                    format!(
                        "The category of this disk is `{}`. Remove `{name}`, or change the category.",
                        category.unwrap_or_default()
                    ),
                );
            }
        }
        if self.key && matches!(self.encrypted, Maybe::Null | Maybe::Known(false)) {
            diagnostics.error(
                disk.attribute("kms_key_id"),
                "`kms_key_id` needs `encrypted = true`",
                "The key is used to encrypt the disk. Set `encrypted = true`, or remove `kms_key_id`.",
            );
        }
    }
}

#[cfg(test)]
mod tests;
