package dev.firkin.store;

final class FaultyStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore openEmptyStore() {
    return new FaultyStore(new MemoryStore("test"));
  }
}
