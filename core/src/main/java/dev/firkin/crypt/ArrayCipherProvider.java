package dev.firkin.crypt;

import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * The ChaCha20-Poly1305 of another provider, called with arrays alone. For a {@link ByteBuffer} on
 * the heap Conscrypt makes two outside of it for each block of 64 KiB, which lie there until the
 * next collection: memory that nothing bounds.
 */
final class ArrayCipherProvider extends Provider {
  static final String ALGORITHM = "ChaCha20-Poly1305";

  private static final long serialVersionUID = 1;

  ArrayCipherProvider(Provider other) {
    super("FirkinArrays", "1", ALGORITHM + " of " + other.getName() + ", by arrays");
    putService(
        new Service(this, "Cipher", ALGORITHM, ArrayCipher.class.getName(), null, null) {
          @Override
          public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            try {
              return new ArrayCipher(Cipher.getInstance(ALGORITHM, other));
            } catch (NoSuchPaddingException e) {
              throw new NoSuchAlgorithmException(e);
            }
          }
        });
  }

  private static final class ArrayCipher extends CipherSpi {
    private final Cipher cipher;

    ArrayCipher(Cipher cipher) {
      this.cipher = cipher;
    }

    @Override
    protected int engineDoFinal(ByteBuffer input, ByteBuffer output)
        throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
      byte[] in = new byte[input.remaining()];
      input.duplicate().get(in);
      byte[] out = cipher.doFinal(in);
      if (out.length > output.remaining()) {
        throw new ShortBufferException(out.length + " bytes needed");
      }
      input.position(input.limit());
      output.put(out);
      return out.length;
    }

    @Override
    protected byte[] engineDoFinal(byte[] input, int offset, int length)
        throws IllegalBlockSizeException, BadPaddingException {
      return cipher.doFinal(input, offset, length);
    }

    @Override
    protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int at)
        throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
      return cipher.doFinal(input, offset, length, output, at);
    }

    @Override
    protected byte[] engineUpdate(byte[] input, int offset, int length) {
      return cipher.update(input, offset, length);
    }

    @Override
    protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int at)
        throws ShortBufferException {
      return cipher.update(input, offset, length, output, at);
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
      cipher.init(mode, key, random);
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      cipher.init(mode, key, parameters, random);
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameters parameters, SecureRandom random)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      cipher.init(mode, key, parameters, random);
    }

    @Override
    protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
      throw new NoSuchAlgorithmException(ALGORITHM + " has no modes: " + mode);
    }

    @Override
    protected void engineSetPadding(String padding) throws NoSuchPaddingException {
      throw new NoSuchPaddingException(ALGORITHM + " has no padding: " + padding);
    }

    @Override
    protected int engineGetBlockSize() {
      return cipher.getBlockSize();
    }

    @Override
    protected int engineGetOutputSize(int length) {
      return cipher.getOutputSize(length);
    }

    @Override
    protected byte[] engineGetIV() {
      return cipher.getIV();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return cipher.getParameters();
    }
  }
}
