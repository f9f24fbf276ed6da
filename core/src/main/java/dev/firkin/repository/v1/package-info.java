/**
 * How version 1 of the format writes and reads the repository's values: bytes to {@code
 * repository.model} and back, nothing else. Every reader treats its input as hostile: sizes are
 * bounded before anything is made of them, and what is not exactly right is a {@link
 * dev.firkin.repository.v1.FormatException}. Source: {@code docs/format.md}.
 */
@NullMarked
package dev.firkin.repository.v1;

import org.jspecify.annotations.NullMarked;
