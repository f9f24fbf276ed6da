/** Programs that {@code bench/nightly} runs; no tests. */
package dev.firkin.bench;
