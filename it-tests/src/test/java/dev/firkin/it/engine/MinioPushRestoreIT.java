package dev.firkin.it.engine;

import dev.firkin.it.servers.S3ServerKind;

/** The contract on a real MinIO. */
class MinioPushRestoreIT extends S3PushRestoreContract {
  MinioPushRestoreIT() {
    super(S3ServerKind.MINIO);
  }
}
