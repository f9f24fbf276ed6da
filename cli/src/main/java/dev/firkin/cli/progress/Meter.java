package dev.firkin.cli.progress;

import java.util.List;

/** Says how far something is. Called by one thread. */
public interface Meter {
  /** A moment, taken about once a second; rates are over the last of them. */
  void sample();

  /** What to show, the most important first. */
  List<String> parts();

  /** One JSON object. */
  String json();
}
