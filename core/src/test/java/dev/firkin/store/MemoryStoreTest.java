package dev.firkin.store;

final class MemoryStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore openEmptyStore() {
    return new MemoryStore("test");
  }
}
