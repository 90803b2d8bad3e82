/** An exception whose class name has no dot, as a code of the engine has none. */
public final class Unpackaged extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
