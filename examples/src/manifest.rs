//! `iamwire manifest`: a service account annotated with its role.

use std::collections::BTreeSet;

use iamwire_core::{
    Audience, LabelKey, LabelValue, Manifest, RoleArn, ServiceAccountRef, TokenExpiration,
};

use crate::{Exit, Failure, Streams, notices};

/// Write the Kubernetes service account that carries a role
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The service account
    #[arg(value_name = "NAMESPACE/NAME")]
    account: String,
    /// The role that its pods assume
    #[arg(long, value_name = "ARN")]
    role_arn: String,
    /// The form of the text
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Whom its tokens are for, if not `sts.amazonaws.com`
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
    /// How long its tokens live: 600 to 86400
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    token_expiration: Option<String>,
    /// Whether its pods call STS in their own region
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    sts_regional_endpoints: Option<bool>,
    /// A label; may be given again
    #[arg(long = "label", value_name = "KEY=VALUE", allow_hyphen_values = true)]
    labels: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Yaml,
    Json,
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let account: ServiceAccountRef = args.account.parse()?;
    let role: RoleArn = args.role_arn.parse()?;
    let mut found = account.notices();
    found.extend(role.notices());
    let mut manifest = Manifest::new(&account, &role);
    if let Some(audience) = &args.audience {
        let audience: Audience = audience.parse()?;
        found.extend(audience.notices());
        manifest = manifest.audience(audience);
    }
    if let Some(life) = &args.token_expiration {
        manifest = manifest.token_expiration(life.parse::<TokenExpiration>()?);
    }
    if let Some(regional) = args.sts_regional_endpoints {
        manifest = manifest.sts_regional_endpoints(regional);
    }
    let mut keys = BTreeSet::new();
    for label in &args.labels {
        let (key, value) = label.split_once('=').ok_or_else(|| {
            Failure::unreadable(format!("label `{label}` has no `=`"), "write `KEY=VALUE`")
        })?;
        let key: LabelKey = key.parse()?;
        if !keys.insert(key.clone()) {
            let message = format!("label `{key}` is given twice");
            return Err(Failure::unreadable(message, "give each label once"));
        }
        manifest = manifest.label(key, value.parse::<LabelValue>()?);
    }
    let text = match args.format {
        Format::Yaml => manifest.to_yaml(),
        Format::Json => manifest.to_json(),
    };
    streams.output.write_all(text.as_bytes()).map_err(Failure::output)?;
    notices::tell(streams.errors, found);
    Ok(Exit::Fine)
}
