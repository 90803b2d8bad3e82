package sallyport;

/** All plugins are known and none is called. */
public final class Idle {
    private Idle() {}

    public static void main(String[] args) throws Exception {
        Start.lazy(args, 0);
    }
}
