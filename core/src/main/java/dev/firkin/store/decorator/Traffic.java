package dev.firkin.store.decorator;

/**
 * What went to a store and came from it, up to a moment. Calls are counted when they begin,
 * attempts that fail and are repeated included.
 *
 * @param deletes keys asked to be deleted, not calls
 * @param refusals puts whose condition did not hold
 * @param failures calls that threw
 * @param storedBytes bodies of puts that were stored
 * @param sentBytes bodies of all puts, refused and failed ones included: what the line carried, at
 *     most
 * @param receivedBytes bodies of gets that succeeded
 */
public record Traffic(
    long puts,
    long gets,
    long heads,
    long lists,
    long deletes,
    long refusals,
    long failures,
    long storedBytes,
    long sentBytes,
    long receivedBytes) {

  /** What happened between that moment and this one. */
  public Traffic since(Traffic earlier) {
    return new Traffic(
        puts - earlier.puts,
        gets - earlier.gets,
        heads - earlier.heads,
        lists - earlier.lists,
        deletes - earlier.deletes,
        refusals - earlier.refusals,
        failures - earlier.failures,
        storedBytes - earlier.storedBytes,
        sentBytes - earlier.sentBytes,
        receivedBytes - earlier.receivedBytes);
  }
}
