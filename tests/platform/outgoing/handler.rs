//! A function that calls out: the event is an address, the reply is what lies there.

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use fc3::{Bytes, Context, Function, Result};

pub struct Handler {
    client: Agent,
}

impl Function for Handler {
    type Event = String;
    type Reply = Bytes;

    async fn init(_cx: &Context) -> Result<Self> {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder().tls_config(tls).build();
        Ok(Self {
            client: config.into(),
        })
    }

    async fn handle(&self, address: String, cx: &Context) -> Result<Bytes> {
        let (client, cx) = (self.client.clone(), cx.clone());
        let fetch = move || client.get(address.trim()).call()?.body_mut().read_to_vec();
        let body = tokio::task::spawn_blocking(move || cx.in_scope(fetch)).await??;
        Ok(body.into())
    }
}
