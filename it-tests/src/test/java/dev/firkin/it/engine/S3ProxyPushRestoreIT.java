package dev.firkin.it.engine;

import dev.firkin.it.servers.S3ServerKind;

/** The contract on S3Proxy in this JVM. */
class S3ProxyPushRestoreIT extends S3PushRestoreContract {
  S3ProxyPushRestoreIT() {
    super(S3ServerKind.S3PROXY);
  }
}
