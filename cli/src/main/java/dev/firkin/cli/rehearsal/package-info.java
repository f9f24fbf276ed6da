/** What the build runs once, so that every later start is faster. */
@NullMarked
package dev.firkin.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
