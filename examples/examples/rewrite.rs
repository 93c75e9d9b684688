//! The console's default trust policy, which lets in every service account of the cluster: pinned to one,
//! and changed as tutorials do, by the program's own `rewrite`.
//!
//! `cargo run --example rewrite`

use std::io;

use iamwire::{Ends, Exit, Streams, run};

/// What the console writes for a web identity: it looks at the audience alone.
const CONSOLE: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Federated": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud": "sts.amazonaws.com"
                }
            }
        }
    ]
}
"#;

fn main() -> Exit {
    let pinned = rewrite("The subject beside the audience: what to do.", &[]);
    if pinned != Exit::Fine {
        return pinned;
    }
    let title = "The subject in the place of the audience: what tutorials do, and what is lost.";
    rewrite(title, &["--replace-audience"])
}

/// Runs `iamwire rewrite` on the console's document.
fn rewrite(title: &str, more: &[&str]) -> Exit {
    let command = ["iamwire", "rewrite", "--subject", "shop/my-s3-role"];
    let args: Vec<&str> = command.iter().chain(more).copied().collect();
    eprintln!("\n{title}\n$ {}", args.join(" "));
    run(
        args,
        Streams {
            input: &mut CONSOLE.as_bytes(),
            output: &mut io::stdout(),
            errors: &mut io::stderr(),
            ends: Ends::default(),
        },
    )
}
