package org.sallyport.worker.internal.jail;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** A program that tries, line by line, what it is told, and answers with one line each. */
final class Inmate {
    private Inmate() {}

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        // One that is there before the filter is.
        Thread early = new Thread(() -> {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                System.out.println(answer("connect", arguments[0]));
            }
        });
        early.setDaemon(true);
        early.start();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            if (words[0].equals("early")) {
                early.interrupt();
                early.join();
            } else {
                System.out.println(answer(words[0], words.length > 1 ? words[1] : ""));
            }
        }
    }

    private static String answer(String what, String rest) {
        try {
            return switch (what) {
                case "lock" -> {
                    Seccomp.lock();
                    yield "locked";
                }
                case "read" -> "read " + Files.readString(Path.of(rest));
                case "write" -> {
                    Files.writeString(Path.of(rest), "written");
                    yield "written";
                }
                case "rename" -> {
                    String[] both = rest.split(" ");
                    Files.move(Path.of(both[0]), Path.of(both[1]));
                    yield "renamed";
                }
                case "delete" -> {
                    Files.delete(Path.of(rest));
                    yield "deleted";
                }
                case "link" -> {
                    String[] both = rest.split(" ");
                    yield "linked " + Files.createSymbolicLink(Path.of(both[0]), Path.of(both[1]));
                }
                case "list" -> Arrays.toString(new File(rest).list());
                case "exists" -> "exists " + Files.exists(Path.of(rest));
                case "chmod" -> {
                    Files.setPosixFilePermissions(Path.of(rest), PosixFilePermissions.fromString("rwxrwxrwx"));
                    yield "changed";
                }
                case "touch" -> {
                    Files.setLastModifiedTime(Path.of(rest), FileTime.fromMillis(0));
                    yield "changed";
                }
                case "exec" -> "ended " + new ProcessBuilder(rest).start().waitFor();
                case "connect" -> {
                    try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(rest))) {
                        yield "connected " + socket.getPort();
                    }
                }
                case "unix" -> {
                    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(rest))) {
                        yield "connected " + channel;
                    }
                }
                case "udp" -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        yield "bound " + socket.getLocalPort();
                    }
                }
                case "watch" -> "watches " + FileSystems.getDefault().newWatchService();
                case "thread" -> {
                    Thread thread = new Thread(() -> {});
                    thread.start();
                    thread.join();
                    yield "ran";
                }
                case "environment" -> System.getenv().toString();
                default -> "what?";
            };
        } catch (Exception | LinkageError e) {
            return ("failed " + e).replace('\n', ' ');
        }
    }
}
