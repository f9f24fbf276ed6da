@NullMarked
package dev.firkin.store.probe;

import org.jspecify.annotations.NullMarked;
