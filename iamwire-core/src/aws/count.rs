//! The attempts of the SDK, counted in [`Sent`], and what is no answer to them.

use aws_sdk_iam::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;

use crate::sent::Sent;

impl Intercept for Sent {
    fn name(&self) -> &'static str {
        "Sent"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.one();
        Ok(())
    }

    /// Many writes are answered with nothing, which a page of a proxy would pass for.
    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let kind = response.headers().get("content-type").unwrap_or_default();
        if response.status().is_success() && kind.contains("html") {
            return Err("an answer that is none of AWS's, as of a proxy".into());
        }
        Ok(())
    }

    /// Of each attempt, also of those that are made again.
    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(response) = context.response() {
            self.answered(response.status().as_u16());
        }
        Ok(())
    }
}
