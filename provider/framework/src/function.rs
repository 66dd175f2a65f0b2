//! What a function of the provider is: its declaration ([`Function`], derived) and what it computes ([`Call`], written by
//! its author). Functions are pure: they see their arguments and nothing else.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::fault::Fault;
use crate::model::{AttributeValue, Field, Model};
use crate::named::Named;
use crate::path::Path;
use crate::schema::{Attribute, Check, Kind};
use crate::value::{Type, Value};

/// The declaration of a function, whose fields are its parameters in order; derived from a struct with
/// `#[derive(Function)]`.
pub trait Function: Model {
    /// The name.
    const NAME: &'static str;
    /// Whether the last parameter takes any number of arguments.
    const VARIADIC: bool;
    /// For each parameter, whether it takes values that are not known yet.
    const UNKNOWN: &'static [bool];
}

/// What a function computes.
pub trait Call: Function {
    /// The type of the result.
    type Output: AttributeValue;

    /// Computes the result. Equal arguments give equal results.
    ///
    /// # Errors
    /// An argument is wrong in a way that its type and its rules do not tell.
    fn call(self) -> Result<Self::Output, WrongArgument>;
}

/// Why a function has no result, and which argument is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongArgument {
    text: String,
    parameter: Option<&'static str>,
    element: usize,
}

impl WrongArgument {
    /// Blames no argument alone.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), parameter: None, element: 0 }
    }

    /// Blames the argument of a parameter.
    pub fn at<M, T>(parameter: Field<M, T>, text: impl Into<String>) -> Self {
        Self { text: text.into(), parameter: Some(parameter.name()), element: 0 }
    }

    /// The same, for one of the arguments of the variadic parameter.
    #[must_use]
    pub fn element(mut self, index: usize) -> Self {
        self.element = index;
        self
    }
}

/// Why a call has no result, as Terraform is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong.
    pub text: String,
    /// Which of all arguments is to blame, from 0.
    pub argument: Option<usize>,
}

/// One parameter of a function.
#[derive(Debug)]
pub struct Parameter {
    /// Its name, description, type and rules.
    pub attribute: Attribute,
    /// Whether it takes null.
    pub null: bool,
    /// Whether it takes values that are not known yet.
    pub unknown: bool,
}

impl Parameter {
    /// The type of one argument.
    pub fn ty(&self) -> Type {
        self.attribute.kind.ty()
    }
}

/// A function of any type, as the server sees it.
pub trait DynFunction: Named + Send + Sync {
    /// The parameters in order, without the variadic one.
    fn parameters(&self) -> &[Parameter];

    /// The parameter that takes all further arguments.
    fn variadic(&self) -> Option<&Parameter>;

    /// The type of the result.
    fn output(&self) -> Type;

    /// The documentation.
    fn description(&self) -> &'static str;

    /// Why the user should stop using it, and what to use instead.
    fn deprecated(&self) -> Option<&'static str>;

    /// Calls it with all arguments in order.
    ///
    /// # Errors
    /// An argument is missing or wrong.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// One function.
pub(crate) struct Caller<F> {
    parameters: Vec<Parameter>,
    variadic: Option<Parameter>,
    of: PhantomData<fn() -> F>,
}

impl<F: Call> Caller<F> {
    pub(crate) fn new() -> Self {
        let parameter = |(attribute, unknown): (Attribute, &bool)| Parameter {
            null: !matches!(attribute.presence, crate::schema::Presence::Required),
            unknown: *unknown,
            attribute,
        };
        let mut parameters: Vec<_> = F::attributes().into_iter().zip(F::UNKNOWN).map(parameter).collect();
        let variadic = F::VARIADIC.then(|| parameters.pop()).flatten().map(|mut all| {
            // One argument is an element of the list that the field is.
            if let Kind::Value(Type::List(element)) = all.attribute.kind {
                all.attribute.kind = Kind::Value(*element);
            }
            all
        });
        Self { parameters, variadic, of: PhantomData }
    }

    /// Holds the arguments to the rules of their parameters, and computes the result.
    fn compute(&self, mut arguments: Vec<Value>) -> Result<Value, FunctionError> {
        if arguments.len() < self.parameters.len()
            || (self.variadic.is_none() && arguments.len() > self.parameters.len())
        {
            let text = format!("{} takes {} arguments, but got {}", F::NAME, self.parameters.len(), arguments.len());
            return Err(FunctionError { text, argument: None });
        }
        let further = arguments.split_off(self.parameters.len());
        let mut members = std::collections::BTreeMap::new();
        for (i, (parameter, argument)) in self.parameters.iter().zip(arguments).enumerate() {
            obeys(parameter, &argument, i)?;
            members.insert(parameter.attribute.name.to_owned(), argument);
        }
        if let Some(variadic) = &self.variadic {
            let further = Value::List(further);
            obey(variadic, &further, self.parameters.len())?;
            members.insert(variadic.attribute.name.to_owned(), further);
        }
        let function = F::from_members(members, &Path::root())
            .map_err(|error| FunctionError { text: format!("{error}."), argument: None })?;
        match function.call() {
            Ok(output) => Ok(output.to_value()),
            Err(wrong) => Err(FunctionError { argument: self.position(&wrong), text: wrong.text }),
        }
    }

    fn position(&self, wrong: &WrongArgument) -> Option<usize> {
        let name = wrong.parameter?;
        let fixed = self.parameters.iter().position(|p| p.attribute.name == name);
        Some(fixed.unwrap_or(self.parameters.len() + wrong.element))
    }
}

impl<F: Call> Named for Caller<F> {
    fn name(&self) -> &'static str {
        F::NAME
    }
}

impl<F: Call> DynFunction for Caller<F> {
    fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    fn variadic(&self) -> Option<&Parameter> {
        self.variadic.as_ref()
    }

    fn output(&self) -> Type {
        F::Output::kind().ty()
    }

    fn description(&self) -> &'static str {
        F::DESCRIPTION
    }

    fn deprecated(&self) -> Option<&'static str> {
        F::DEPRECATED
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        catch_unwind(AssertUnwindSafe(|| self.compute(arguments))).unwrap_or_else(|payload| {
            let fault = Fault::panic(F::NAME, &*payload);
            Err(FunctionError { text: format!("{}: {}", fault.summary, fault.detail), argument: None })
        })
    }
}

/// Holds an argument to the rules of its parameter.
fn obeys(parameter: &Parameter, argument: &Value, position: usize) -> Result<(), FunctionError> {
    let mut checks = parameter.attribute.checks.iter();
    checks.try_for_each(|check| check.apply_known(argument)).map_err(|wrong| broken(parameter, &wrong, Some(position)))
}

/// Holds the arguments of the variadic parameter, the first of which is at `position`, to its rules: those of an element
/// blame one argument, those of the whole list none alone.
fn obey(variadic: &Parameter, arguments: &Value, position: usize) -> Result<(), FunctionError> {
    for check in &variadic.attribute.checks {
        if let Check::Each(check) = check {
            for (i, argument) in arguments.elements().unwrap_or_default().iter().enumerate() {
                check.apply_known(argument).map_err(|wrong| broken(variadic, &wrong, Some(position + i)))?;
            }
        } else {
            check.apply(arguments).map_err(|wrong| broken(variadic, &wrong, None))?;
        }
    }
    Ok(())
}

fn broken(parameter: &Parameter, wrong: &str, argument: Option<usize>) -> FunctionError {
    FunctionError { text: format!("`{}` {wrong}.", parameter.attribute.name), argument }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AttributeValue;

    /// Adds up.
    #[derive(Clone, tf_provider_derive::Function)]
    struct Sum {
        /// The numbers.
        #[attr(variadic, len = 1..=3, check = Self::ascend)]
        numbers: Vec<i64>,
    }

    impl Sum {
        fn ascend(numbers: &[i64]) -> Result<(), String> {
            if numbers.is_sorted() { Ok(()) } else { Err("must ascend".to_owned()) }
        }
    }

    impl Call for Sum {
        type Output = i64;

        fn call(self) -> Result<i64, WrongArgument> {
            Ok(self.numbers.iter().sum())
        }
    }

    #[test]
    fn rules_of_the_variadic_parameter_are_about_all_its_arguments() {
        let call = |numbers: &[f64]| Caller::<Sum>::new().call(numbers.iter().map(|n| Value::from(*n)).collect());
        assert_eq!(call(&[1.0, 2.0]), Ok(3_i64.to_value()));
        for (numbers, text, argument) in [
            (&[][..], "`numbers` must have from 1 to 3 elements, but has 0.", None),
            (&[2.0, 1.0], "`numbers` must ascend.", None),
            (&[1.0, 1.5], "`numbers` must be a whole number", Some(1)),
        ] {
            let wrong = call(numbers).unwrap_err();
            assert!(wrong.text.starts_with(text), "{wrong:?}");
            assert_eq!(wrong.argument, argument, "{wrong:?}");
        }
    }
}
