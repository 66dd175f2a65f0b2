//! What is filled in and checked before anything is sent to the service.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value as Note;
use tf_provider::{Diagnostics, Maybe, Path, Plan, View, name_prefix};

use super::fields::{DEFAULT_SCALING_TYPE, DataDisk, Scaling, Spot, SystemDisk};
use super::place;
use super::resource::NodePool;
use crate::bridge::{Connection, Error};
use crate::tags::{self, Tags};
use crate::region;

/// The note that holds the image which the user chose last.
pub(super) const OWN_IMAGE: &str = "own_image";

/// The note that holds what the pool can be scaled for, also while it is not scaled.
pub(super) const SCALING_TYPE: &str = "scaling_type";

const LONGEST_TAG_KEY: usize = 128;

/// Fills in and checks a plan.
pub(super) async fn plan(plan: &mut Plan<'_, NodePool>, connection: Option<&Connection>) -> Result<(), Error> {
    region::plan(plan, NodePool::REGION, connection)?;
    name_prefix::plan(plan, NodePool::NAME, NodePool::NAME_PREFIX);
    sizes(plan);
    scaling_type(plan);
    subscription(plan);
    image(plan);
    tags::plan(plan, NodePool::TAGS, NodePool::TAGS_ALL, check_tags, connection);
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
            "`skip_destroy` is on in the state, and names are unique in a cluster. Give the new node pool another `name`; or take the change back, set `skip_destroy = false`, apply, and make the change again.",
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
                "The service would go on to make new nodes from {image}, also with another `image_type`. Write the image that they are to have instead, such as that of a node pool to which the service gave one of this `image_type`; or leave {image} where it is."
            ),
        );
    }
}

/// Rules over several attributes.
pub(super) fn validate(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    name_prefix::validate(config, NodePool::NAME, NodePool::NAME_PREFIX, diagnostics);
    sizes_agree(config, diagnostics);
    payment_agrees(config, diagnostics);
    spot_agrees(config, diagnostics);
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
            "With `scaling` the service decides how many nodes there are. Remove `desired_size`; for a size to begin with use `initial_size`, for bounds `scaling.min` and `scaling.max`.",
        );
    }
    if sized && config.is_set(NodePool::INITIAL_SIZE) {
        diagnostics.error(
            NodePool::INITIAL_SIZE,
            "`initial_size` cannot be set together with `desired_size`",
            "`desired_size` is the size from the beginning. Remove `initial_size`.",
        );
    }
    let scaling = config.nested(NodePool::SCALING);
    let (Maybe::Known(min), Maybe::Known(max)) = (scaling.get(Scaling::MIN), scaling.get(Scaling::MAX)) else {
        return;
    };
    if min > max {
        diagnostics.error(
            scaling.path(Scaling::MIN),
            "`scaling.min` is above `scaling.max`",
            format!("It is {min}, and `scaling.max` is {max}. Lower the one or raise the other."),
        );
    }
    if let Maybe::Known(initial) = config.get(NodePool::INITIAL_SIZE)
        && min <= max
        && !(min..=max).contains(&initial)
    {
        diagnostics.error(
            NodePool::INITIAL_SIZE,
            "`initial_size` is outside the limits of `scaling`",
            format!("It is {initial}, and the limits are {min} to {max}. Scaling would change it at once."),
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
            "It only counts with `instance_charge_type = \"PrePaid\"`. Set that, or remove it.",
        );
    }
    if config.get(NodePool::INSTANCE_CHARGE_TYPE) == Maybe::Known("PrePaid".to_owned())
        && config.is_unset(NodePool::PERIOD)
    {
        diagnostics.error(
            NodePool::PERIOD,
            "A subscription needs a `period`",
            "Set it to the number of months, or of weeks with `period_unit = \"Week\"`.",
        );
    }
}

fn spot_agrees(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let spot = config.nested(NodePool::SPOT);
    let Maybe::Known(strategy) = spot.get(Spot::STRATEGY) else { return };
    let path = spot.path(Spot::PRICE_LIMITS);
    let limited = strategy == "SpotWithPriceLimit";
    if limited && spot.is_unset(Spot::PRICE_LIMITS) {
        diagnostics.error(
            path,
            "`SpotWithPriceLimit` needs `price_limits`",
            "Set the highest price an hour for each instance type, or use `SpotAsPriceGo`.",
        );
        return;
    }
    if !limited && spot.is_set(Spot::PRICE_LIMITS) {
        let summary = format!("`price_limits` has no effect with `{strategy}`");
        let advice = "Use `strategy = \"SpotWithPriceLimit\"`, or remove it.";
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
                "A price limit is for an instance type of this node pool. Correct it, or remove it.",
            );
        }
        if !price.parse::<f64>().is_ok_and(|price| price > 0.0) {
            diagnostics.error(
                path,
                format!("The price limit of `{instance_type}` is not a price"),
                format!("It is \"{price}\"; write a number above 0, such as \"0.39\"."),
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
            "It only counts where instance types are chosen by their price. Set that policy, or remove it.",
        );
    }
}

fn login_agrees(config: &View<'_, NodePool>, diagnostics: &mut Diagnostics) {
    let image = config.get(NodePool::IMAGE_TYPE);
    if config.is_set(NodePool::PASSWORD) && image == Maybe::Known("ContainerOS".to_owned()) {
        diagnostics.error(
            NodePool::PASSWORD,
            "ContainerOS has no password login",
            "Use `key_pair`, or another `image_type`.",
        );
    }
    if config.is_set(NodePool::PASSWORD) && config.is_set(NodePool::MANAGEMENT) {
        diagnostics.error(
            NodePool::PASSWORD,
            "A managed node pool has no password login",
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
            "Keep `category` for one category, or `categories` for an order of preference.",
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
                    format!("`{name}` is for `{needed}` disks"),
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
                "A key is for an encrypted disk. Set `encrypted = true`, or remove the key.",
            );
        }
    }
}

/// The rule of `password`, beside its length.
pub(super) fn check_password(password: &SecretString) -> Result<(), String> {
    let password = password.expose_secret();
    let has = |class: fn(&char) -> bool| usize::from(password.chars().any(|c| class(&c)));
    let classes = has(char::is_ascii_lowercase)
        + has(char::is_ascii_uppercase)
        + has(char::is_ascii_digit)
        + has(|c| !c.is_ascii_alphanumeric());
    if classes < 3 {
        return Err("must have at least three of: upper case letters, lower case letters, digits, special characters"
            .to_owned());
    }
    Ok(())
}

/// The rule of `tags`: those of ECS instances may have longer keys than those of clusters.
pub(super) fn check_tags(tags: &Tags) -> Result<(), String> {
    tags::check(tags, LONGEST_TAG_KEY)
}

#[cfg(test)]
mod tests;
