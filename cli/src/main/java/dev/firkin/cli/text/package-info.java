/** How quantities, times and tables are written for people, and read from them. */
@NullMarked
package dev.firkin.cli.text;

import org.jspecify.annotations.NullMarked;
