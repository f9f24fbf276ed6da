package dev.firkin.cli.config.btrbk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A part of the file, and the options in it. */
final class BtrbkSection {
  enum Kind {
    ROOT,
    VOLUME,
    SUBVOLUME,
    TARGET
  }

  /** What a line sets. */
  record Option(int line, String key, String value) {}

  private final Kind kind;
  private final Option heading;
  private final Optional<BtrbkSection> parent;
  private final Map<String, Option> options = new LinkedHashMap<>();
  private final List<BtrbkSection> children = new ArrayList<>();

  private BtrbkSection(Kind kind, Option heading, Optional<BtrbkSection> parent) {
    this.kind = kind;
    this.heading = heading;
    this.parent = parent;
  }

  static BtrbkSection root() {
    return new BtrbkSection(Kind.ROOT, new Option(0, "", ""), Optional.empty());
  }

  BtrbkSection begin(Kind newKind, Option newHeading) {
    BtrbkSection child = new BtrbkSection(newKind, newHeading, Optional.of(this));
    children.add(child);
    return child;
  }

  void set(Option option) {
    options.put(option.key(), option);
  }

  Kind kind() {
    return kind;
  }

  Option heading() {
    return heading;
  }

  /** The nearest section around this one, or this one, that is of one of these kinds. */
  BtrbkSection within(Kind... kinds) {
    return Stream.of(kinds).anyMatch(k -> k == kind) || parent.isEmpty()
        ? this
        : parent.get().within(kinds);
  }

  /** Set here or, if not, around. */
  Optional<Option> option(String key) {
    return parent.isEmpty() ? own(key) : optionFor(parent.get(), key);
  }

  /** The same for a target that stands around a subvolume: that comes before what is around it. */
  Optional<Option> optionFor(BtrbkSection within, String key) {
    return own(key).or(() -> within.option(key));
  }

  private Optional<Option> own(String key) {
    return Optional.ofNullable(options.get(key));
  }

  Stream<BtrbkSection> children(Kind wanted) {
    return children.stream().filter(child -> child.kind == wanted);
  }

  /** Its targets, and those of what is around it. */
  Stream<BtrbkSection> targets() {
    return Stream.concat(
        children(Kind.TARGET), parent.map(BtrbkSection::targets).orElse(Stream.empty()));
  }

  /** Every subvolume, in the order of the file but for those outside of a volume. */
  Stream<BtrbkSection> subvolumes() {
    return Stream.concat(
        children(Kind.SUBVOLUME), children(Kind.VOLUME).flatMap(BtrbkSection::subvolumes));
  }
}
