package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;

/**
 * What takes the time of a line: chunks. All else is small, and others wait for it: a checkpoint
 * before the end, a lease before it expires.
 */
final class Bulk {
  private Bulk() {}

  static boolean is(ObjectKey key) {
    return key.value().startsWith("chunks/")
        || (key.value().startsWith("trash/") && key.value().contains("/chunks/"));
  }
}
