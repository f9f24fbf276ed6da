package dev.firkin.it.engine;

import dev.firkin.it.servers.S3ServerKind;

/** The contract on a real Ceph RGW. */
class S3RgwPushRestoreIT extends S3PushRestoreContract {
  S3RgwPushRestoreIT() {
    super(S3ServerKind.RGW);
  }
}
