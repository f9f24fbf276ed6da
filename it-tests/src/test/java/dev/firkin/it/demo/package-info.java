/** {@code firkin demo}, as the launcher starts it: what it shows, and that it leaves nothing. */
@NullMarked
package dev.firkin.it.demo;

import org.jspecify.annotations.NullMarked;
