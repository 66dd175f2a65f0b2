//! The one table of what is held against a provider.

/// Declares the rules, and the steps at which each is held.
macro_rules! rules {
    ($($(#[$doc:meta])+ $rule:ident: $($step:literal),+;)+) => {
        /// A rule of Terraform's core. Each breach of one would be shown to users as a bug of the provider.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])+ $rule,)+
        }

        impl Rule {
            /// Every rule, with the steps at which it is held. Nested blocks have none: the kit refuses their schemas.
            pub const ALL: &[(Self, &[&str])] = &[$((Self::$rule, &[$($step),+]),)+];
        }
    };
}

rules! {
    /// A value has the type that its schema says.
    Type: "plan", "apply", "read", "import", "move", "upgrade", "generate", "read data", "open", "list", "call";
    /// A write-only value is never in a plan or a state.
    WriteOnly: "plan", "apply", "read", "import", "move", "upgrade", "list";
    /// A state has no unknown values.
    Unknown: "apply", "read", "import", "move", "upgrade", "generate", "read data", "list";
    /// Nothing is put off unless the client allows it.
    Deferral: "plan", "read", "import", "read data", "open", "plan action";
    /// The type system of old frameworks is not claimed, for which core would overlook much.
    LegacyTypeSystem: "plan", "apply";

    /// A destroy is planned as null, and everything else as an object.
    Existence: "plan";
    /// A configured value is planned as configured, or as stored.
    Configured: "plan";
    /// What is not configured is planned as null, unless it is computed.
    Computed: "plan";
    /// A configured object is neither planned as null nor as unknown.
    Nested: "plan";
    /// A list is planned with as many elements as are configured.
    ListLength: "plan";
    /// A map is planned with the keys that are configured.
    MapKeys: "plan";
    /// A set is planned with as many elements as are configured.
    SetCount: "plan";
    /// A path that forces a new object exists.
    ReplacePath: "plan";

    /// What the first plan knew, the plan of the apply still says.
    FinalPlan: "plan again";
    /// The plan of the apply does what the first plan did, or nothing in place of an update.
    FinalAction: "plan again";

    /// A known planned value is what comes of it.
    AppliedValue: "apply";
    /// What is certain of an unknown planned value holds for what comes of it.
    Promise: "apply";
    /// A list comes out with the planned length.
    AppliedLength: "apply";
    /// A map comes out with the planned keys.
    AppliedKeys: "apply";
    /// The elements of a set fit the planned ones.
    AppliedElements: "apply";
    /// A set does not grow.
    AppliedGrowth: "apply";
    /// An object is there after a create, an update, an import by id, a move, an upgrade and a read of a data source, and
    /// gone after a destroy.
    Result: "apply", "import", "move", "upgrade", "read data";

    /// An identity is there and known.
    Identity: "plan", "apply", "read", "import", "move", "list";
    /// An identity has the type that its schema says.
    IdentityType: "plan", "apply", "read", "import", "move", "list";
    /// An identity never changes.
    IdentityStability: "plan", "apply", "read";

    /// After an apply there is nothing left to do.
    Convergence: "plan again";
    /// A refresh of what did not change changes nothing.
    Drift: "read";

    /// An import finds something.
    ImportFinds: "import";
    /// An import finds one object, which is all that an import block takes.
    ImportFindsOne: "import";
    /// An import finds an object of the type that was asked for, and says so.
    ImportType: "import";
    /// What is imported reads as what was there.
    ImportSame: "import";
    /// The data source of a resource tells what the resource's state says.
    DataSame: "read data";
    /// A provider that takes over other types says that it does.
    MoveCapability: "move";
    /// A stored state of the present version is read as it is.
    Upgrade: "upgrade";
    /// The configuration that is generated for an object is legal.
    GeneratedLegal: "generate";
    /// The configuration that is generated for an object changes nothing.
    GeneratedSame: "generate";
    /// A new object that is made of the configuration generated for another one is like that.
    GeneratedWhole: "generate";

    /// An ephemeral resource keeps to the rules of a plan for a new object.
    Ephemeral: "open";
    /// A list gives whole objects if it is asked for them.
    ListObject: "list";
    /// An action says when it is over.
    ActionEnd: "invoke";
    /// Each event of an action says something.
    ActionEvent: "invoke";
    /// An action says nothing after its end.
    ActionSilence: "invoke";
    /// A function gives the same result for the same arguments.
    Function: "call";
}

impl Rule {
    /// Whether the table says that this rule is held at this step.
    pub(super) fn is_held_at(self, step: &str) -> bool {
        Self::ALL.iter().any(|(rule, steps)| *rule == self && steps.contains(&step))
    }
}
