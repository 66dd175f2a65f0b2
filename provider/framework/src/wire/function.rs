//! Functions on the wire.

use tfplugin::v6;
use tonic::Response;

use super::{Answer, answer, from, to};
use crate::diagnostic::Diagnostics;
use crate::function::{DynFunction, FunctionError};
use crate::provider::Provider;
use crate::server::Server;

pub(super) async fn list<P: Provider>(
    server: &Server<P>,
    _: v6::get_functions::Request,
) -> Answer<v6::get_functions::Response> {
    Ok(Response::new(v6::get_functions::Response { functions: to::functions(server), diagnostics: Vec::new() }))
}

pub(super) async fn call<P: Provider>(
    server: &Server<P>,
    request: v6::call_function::Request,
) -> Answer<v6::call_function::Response> {
    use v6::call_function::Response as Reply;
    let refuse = |error| Reply { result: None, error: Some(wire_error(error)) };
    let work = async {
        let result = match server.functions.get(&request.name) {
            Some(function) => run(&**function, request.arguments),
            None => Err(FunctionError { text: format!("There is no function {}.", request.name), argument: None }),
        };
        Ok(match result {
            Ok(result) => Reply { result: Some(result), error: None },
            Err(error) => refuse(error),
        })
    };
    // A function has one error rather than diagnostics.
    answer("CallFunction", work, |wrong| {
        let text = wrong.iter().map(|d| format!("{}: {}", d.summary, d.detail)).collect::<Vec<_>>().join(" ");
        refuse(FunctionError { text, argument: None })
    })
    .await
}

fn run(function: &dyn DynFunction, arguments: Vec<v6::DynamicValue>) -> Result<v6::DynamicValue, FunctionError> {
    let parameters = function.parameters();
    let decoded = arguments
        .into_iter()
        .enumerate()
        .map(|(i, argument)| {
            let parameter = parameters.get(i).or(function.variadic()).ok_or_else(|| FunctionError {
                text: "There are more arguments than parameters.".to_owned(),
                argument: Some(i),
            })?;
            from::value(Some(argument), &parameter.ty()).map_err(|wrong| illegible(&wrong, Some(i)))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let result = function.call(decoded)?;
    to::value(&result, &function.output()).map_err(|wrong| illegible(&wrong, None))
}

fn illegible(wrong: &Diagnostics, argument: Option<usize>) -> FunctionError {
    let text = wrong.iter().map(|d| format!("{}: {}", d.summary, d.detail)).collect::<Vec<_>>().join(" ");
    FunctionError { text, argument }
}

fn wire_error(error: FunctionError) -> v6::FunctionError {
    let function_argument = error.argument.and_then(|i| i64::try_from(i).ok());
    v6::FunctionError { text: to::fit_for_a_terminal(&error.text, to::DETAIL), function_argument }
}
