package dev.firkin.it.engine;

import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;

/** The contract, in full, on a folder. */
class BtrfsToFileIT extends PushRestoreContract {
  @Override
  ObjectStore openEmptyStore() throws Exception {
    StoreUrl url = StoreUrl.parse(folder.resolve("objects").toString());
    return ObjectStores.create(url, StoreOptions.defaults());
  }

  @Override
  int deltas() {
    return 6;
  }
}
