package dev.firkin.store.decorator;

import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands over each key once although listings start again; they are in order, so that is easy. */
final class InOrderOnce implements Consumer<ObjectInfo> {
  private final Consumer<ObjectInfo> each;
  private @Nullable ObjectKey last;

  InOrderOnce(Consumer<ObjectInfo> each) {
    this.each = each;
  }

  @Override
  public void accept(ObjectInfo info) {
    if (last == null || info.key().compareTo(last) > 0) {
      last = info.key();
      each.accept(info);
    }
  }
}
