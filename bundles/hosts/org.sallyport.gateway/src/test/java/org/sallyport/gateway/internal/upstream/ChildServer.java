package org.sallyport.gateway.internal.upstream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

/** A server on standard streams that can be told to behave badly: the tool's name says how. */
final class ChildServer {
    private ChildServer() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (List.of(arguments).contains("stubborn")) {
            // Stays when its input is closed, and also when it is asked to end.
            Runtime.getRuntime().addShutdownHook(new Thread(ChildServer::forever));
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Document message = Json.read(line);
            if (message.has("id") && message.has("method")) {
                answer(out, message);
            }
        }
        if (List.of(arguments).contains("stubborn")) {
            forever();
        }
    }

    private static void answer(PrintStream out, Document message) throws IOException {
        String tool = message.at("params", "name").text("");
        String value = message.at("params", "arguments", "v").text("");
        switch (tool) {
            case "die" -> Runtime.getRuntime().halt(3);
            case "hang" -> {
                return;
            }
            case "garbage" -> {
                out.println("this is no JSON");
                out.println("{\"neither\":1}");
                out.println("[1,2]");
                out.println("\u0000\ufffd{{{");
            }
            case "noise" -> {
                for (int i = 0; i < 20_000; i++) {
                    System.err.println("noise \u001b[31m " + i);
                }
            }
            case "twice" -> reply(out, message, "twice");
            case "long" -> value = "x".repeat(Integer.parseInt(value));
            case "fork" ->
                value = Long.toString(
                        new ProcessBuilder("sleep", "1000").start().pid());
            case "env" -> value = String.valueOf(System.getenv(value));
            case "batch" -> {
                out.println("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},{\"jsonrpc\":\"2.0\",\"id\":"
                        + message.get("id") + ",\"result\":{}}]");
                return;
            }
            default -> {
                // An honest answer.
            }
        }
        reply(out, message, value);
    }

    private static void reply(PrintStream out, Document message, String value) {
        out.println("{\"jsonrpc\":\"2.0\",\"id\":" + message.get("id") + ",\"result\":{\"v\":" + Document.of(value)
                + ",\"pid\":" + ProcessHandle.current().pid() + "}}");
    }

    private static void forever() {
        while (true) {
            try {
                Thread.sleep(100_000);
            } catch (InterruptedException e) {
                // It stays.
            }
        }
    }
}
