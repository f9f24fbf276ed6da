/**
 * The pipelines: push, restore and verify.
 *
 * <p>A <em>push</em> takes a stream from a <em>producer</em>, splits and cuts it on one thread,
 * lets workers hash, look up, encode and store the chunks, and commits their references in stream
 * order on another. A <em>restore</em> fetches chunks ahead, proves them, weaves commands and data
 * and hands the stream to a <em>receiver</em>. Every queue is bounded: memory is (chunks in flight)
 * × (largest chunk) × 3. Source: {@code docs/design.md}.
 */
@NullMarked
package dev.firkin.transfer;

import org.jspecify.annotations.NullMarked;
