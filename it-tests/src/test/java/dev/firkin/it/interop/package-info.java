/**
 * What others can do with a repository: the stock programs {@code age} and {@code zstd}, and the
 * scripts that {@code docs/restore-without-firkin.md} shows, which are run as they stand there.
 */
@NullMarked
package dev.firkin.it.interop;

import org.jspecify.annotations.NullMarked;
