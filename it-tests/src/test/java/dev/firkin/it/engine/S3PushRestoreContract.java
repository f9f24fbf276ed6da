package dev.firkin.it.engine;

import dev.firkin.FirkinException;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.store.ObjectStore;
import java.io.IOException;

/** The contract on a bucket of its own, under a prefix, with credentials from a profile. */
abstract class S3PushRestoreContract extends PushRestoreContract {
  private final S3ServerKind kind;

  S3PushRestoreContract(S3ServerKind kind) {
    this.kind = kind;
  }

  @Override
  ObjectStore openEmptyStore() throws FirkinException, IOException {
    return TestBucket.on(kind.server()).store("backups/here", folder);
  }

  @Override
  int mayArriveLate() {
    return Host.WORKERS;
  }

  @Override
  int deltas() {
    return 2;
  }
}
