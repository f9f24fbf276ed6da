/**
 * Who can read a repository, and the keys that follow from its secret.
 *
 * <p>A <em>recipient</em> is an age X25519 public key, an <em>identity</em> the private key to it.
 * The <em>repository secret</em> is 32 random bytes from which the keys for ids, seals and cut
 * points and the <em>metadata identity</em> are derived. A <em>passphrase slot</em> is a generated
 * identity, stored encrypted under a passphrase. age itself is the Jagged library; bcrypt and
 * scrypt are Bouncy Castle's, what is large is encrypted by BoringSSL. Source: {@code
 * docs/format.md}, section 9, and the age v1 specification.
 */
@NullMarked
package dev.firkin.crypt;

import org.jspecify.annotations.NullMarked;
