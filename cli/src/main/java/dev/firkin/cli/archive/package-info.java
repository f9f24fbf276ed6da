/** {@code firkin thaw}: chunks in storage classes from which nothing can be read at once. */
@NullMarked
package dev.firkin.cli.archive;

import org.jspecify.annotations.NullMarked;
