package org.sallyport.worker.internal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Pipe;
import java.util.concurrent.atomic.AtomicReference;

/** Two sides in one process, with one lane each way between them. */
final class Talk implements AutoCloseable {
    final Peer host;
    final Peer child;
    final AtomicReference<IOException> broken = new AtomicReference<>();
    private final Lane hostLane;
    private final Lane childLane;

    Talk() throws IOException {
        Pipe there = Pipe.open();
        Pipe back = Pipe.open();
        hostLane = new Lane(new Ends(back, there));
        childLane = new Lane(new Ends(there, back));
        Contracts contracts = new Contracts(name -> {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException e) {
                return null;
            }
        });
        host = new Peer(contracts, new One(hostLane), true);
        child = new Peer(contracts, new One(childLane), false);
        Thread thread = new Thread(() -> {
            try {
                child.serve(childLane);
            } catch (IOException e) {
                childLane.close();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private final class One implements Peer.Lanes {
        private final Lane lane;

        One(Lane lane) {
            this.lane = lane;
        }

        @Override
        public Lane take(long deadline) {
            return lane;
        }

        @Override
        public void give(Lane given) {
            // There is one alone.
        }

        @Override
        public RuntimeException broken(Lane given, IOException cause) {
            broken.set(cause);
            return new IllegalStateException(cause);
        }
    }

    /** What one side has of two pipes. */
    private record Ends(Pipe in, Pipe out) implements ByteChannel {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return in.source().read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return out.sink().write(from);
        }

        @Override
        public boolean isOpen() {
            return in.source().isOpen();
        }

        @Override
        public void close() throws IOException {
            in.source().close();
            out.sink().close();
        }
    }

    @Override
    public void close() {
        hostLane.close();
        childLane.close();
    }
}
