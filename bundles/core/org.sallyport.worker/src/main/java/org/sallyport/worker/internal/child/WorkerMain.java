package org.sallyport.worker.internal.child;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleException;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.sandbox.DiskQuota;
import org.sallyport.worker.internal.jail.Seccomp;
import org.sallyport.worker.internal.wire.Boot;
import org.sallyport.worker.internal.wire.Contracts;
import org.sallyport.worker.internal.wire.HostLog;
import org.sallyport.worker.internal.wire.HostNet;
import org.sallyport.worker.internal.wire.HostUse;
import org.sallyport.worker.internal.wire.Lane;
import org.sallyport.worker.internal.wire.Peer;

/**
 * The main class of a worker. Its first line of input is the secret by which the host knows it; its connections are all made
 * at once, and when one of them ends, so does the process.
 */
public final class WorkerMain implements Boot, Peer.Lanes {
    /** Kind of a lane on which the host calls. */
    public static final byte DOWN = 'D';

    /** Kind of a lane on which the worker calls. */
    public static final byte UP = 'U';

    /** Bytes of the secret. */
    public static final int SECRET = 16;

    private final ChildFramework framework;
    private final ChildGuard guard;
    private final BlockingQueue<Lane> up;
    private final Peer peer;

    private WorkerMain(ChildFramework framework, ChildGuard guard, int lanes) {
        this.framework = framework;
        this.guard = guard;
        this.up = new ArrayBlockingQueue<>(lanes);
        this.peer = new Peer(new Contracts(WorkerMain::named), this, false);
    }

    private static @Nullable Class<?> named(String name) {
        try {
            return Class.forName(name, false, WorkerMain.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    /**
     * @param arguments the socket, the numbers of lanes down and up, the folder for the framework's cache, whether there is
     *     an agent ({@code true}), and whether it has to lock itself; or
     *     {@code archive} and the folder, to start without a host and end, so that Java can write its archive of class data
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("archive")) {
            Rehearsal.run(ChildFramework.start(Path.of(arguments[1])));
            System.exit(0);
        }
        byte[] secret = System.in.readNBytes(SECRET);
        int down = Integer.parseInt(arguments[1]);
        int up = Integer.parseInt(arguments[2]);
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < down + up; i++) {
            channels.add(connect(Path.of(arguments[0]), secret, i < down ? DOWN : UP));
        }
        ChildFramework framework = ChildFramework.start(Path.of(arguments[3]));
        // While nobody waits for it, in a worker that stands by.
        ChildGuard guard = ChildGuard.arm(Boolean.parseBoolean(arguments[4]));
        if (Boolean.parseBoolean(arguments[5])) {
            // All connections are made; who cannot be held does not go on.
            Seccomp.lock();
        }
        WorkerMain worker = new WorkerMain(framework, guard, up);
        worker.peer.exportAs(Boot.HANDLE, worker, Boot.class);
        for (int i = 0; i < down + up; i++) {
            Lane lane = new Lane(channels.get(i));
            if (i < down) {
                Thread thread = new Thread(() -> worker.serve(lane), "call-" + i);
                thread.start();
            } else if (i == down) {
                // Its own, or a plugin that keeps all lanes busy would not be told of.
                guard.report(() -> worker.peer.own(lane));
            } else {
                worker.up.add(lane);
            }
        }
    }

    private static SocketChannel connect(Path socket, byte[] secret, byte kind) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        ByteBuffer hello = ByteBuffer.allocate(SECRET + 1).put(secret).put(kind).flip();
        while (hello.hasRemaining()) {
            channel.write(hello);
        }
        return channel;
    }

    private void serve(Lane lane) {
        try {
            peer.serve(lane);
        } catch (IOException e) {
            end();
        }
    }

    /** Without its host it has nothing to do. No hook of the plugin holds it up. */
    private static void end() {
        Runtime.getRuntime().halt(0);
    }

    @Override
    public List<Object> start(
            byte[] archive,
            String id,
            String version,
            String folder,
            List<String> permissions,
            long diskBytes,
            long diskFiles,
            PluginContext context,
            HostLog log,
            HostNet net,
            HostUse use)
            throws Exception {
        ChildLog.to(log);
        List<String> own = Bridges.start(net, guard::permissions);
        ChildRights rights = new ChildRights(new Places(folder, System.getProperty("java.io.tmpdir"), id), own);
        // What it has for temporary files is bounded by itself.
        DiskQuota quota = new DiskQuota(List.of(Path.of(folder)), diskBytes, diskFiles);
        List<Object> services = new ArrayList<>();
        List<ChildFramework.Offered> all;
        try {
            all = framework.run(
                    archive,
                    new ChildContext(context, id, version, Path.of(folder)),
                    bundle -> guard.confine(bundle, new PluginId(id), version, rights, permissions, quota, use));
        } catch (BundleException e) {
            throw new PluginException("start_failed", String.valueOf(e.getMessage()), e);
        }
        for (ChildFramework.Offered offered : all) {
            List<Class<?>> contracts = new ArrayList<>();
            for (String name : offered.contracts()) {
                Class<?> contract = named(name);
                if (contract != null) {
                    contracts.add(contract);
                }
            }
            services.add(List.of(
                    offered.contracts(), Map.copyOf(offered.properties()), peer.export(offered.service(), contracts)));
        }
        return services;
    }

    @Override
    public String unguarded() {
        return guard.cause();
    }

    @Override
    public void granted(List<String> permissions) {
        guard.granted(permissions);
    }

    @Override
    public Lane take(long deadline) throws IOException {
        try {
            Lane lane = up.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (lane != null) {
                return lane;
            }
            throw new IOException("no lane to the host is free");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void give(Lane lane) {
        up.add(lane);
    }

    @Override
    public RuntimeException broken(Lane lane, IOException cause) {
        if (cause instanceof EOFException) {
            end();
        }
        // A thread of the plugin was interrupted, and took the lane along; this worker has no other way to the host.
        end();
        return new IllegalStateException(cause);
    }
}
