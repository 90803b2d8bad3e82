package org.sallyport.sandbox.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What plugins may do in a call, in small. Loaded twice, as it is and woven. */
public final class Workloads {
    private static final Pattern WORD = Pattern.compile("[a-z]+=([0-9]+);");
    private static final String TEXT = "alpha=1;beta=22;gamma=333;".repeat(20);

    private Workloads() {}

    public static Map<String, IntUnaryOperator> all() {
        Map<String, IntUnaryOperator> all = new HashMap<>();
        all.put("int sum", Workloads::sum);
        all.put("matrix", Workloads::matrix);
        all.put("sieve", Workloads::sieve);
        all.put("recursion", n -> fibonacci(18));
        all.put("streams", Workloads::streams);
        all.put("hash map", Workloads::map);
        all.put("text", Workloads::text);
        all.put("pattern", Workloads::pattern);
        all.put("nothing", n -> n);
        return all;
    }

    private static int sum(int n) {
        int sum = 0;
        for (int i = 0; i < 10_000; i++) {
            sum += i ^ n;
        }
        return sum;
    }

    private static int matrix(int n) {
        double[][] a = new double[40][40];
        double[][] b = new double[40][40];
        double[][] c = new double[40][40];
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                a[i][j] = i + n;
                b[i][j] = j - n;
            }
        }
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                double sum = 0;
                for (int k = 0; k < 40; k++) {
                    sum += a[i][k] * b[k][j];
                }
                c[i][j] = sum;
            }
        }
        return (int) c[3][4];
    }

    private static int sieve(int n) {
        boolean[] composite = new boolean[10_000];
        int primes = 0;
        for (int i = 2; i < composite.length; i++) {
            if (!composite[i]) {
                primes++;
                for (int j = i + i; j < composite.length; j += i) {
                    composite[j] = true;
                }
            }
        }
        return primes + n;
    }

    private static int fibonacci(int n) {
        return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    }

    private static int streams(int n) {
        return IntStream.range(0, 1_000).filter(i -> i % 3 == 0).map(i -> i * n).sum();
    }

    private static int map(int n) {
        Map<Integer, Integer> map = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            map.merge(i % 50, n, Integer::sum);
        }
        return map.size();
    }

    /** Walks over a text as a parser does. */
    private static int text(int n) {
        int number = 0;
        int sum = n;
        for (int i = 0; i < TEXT.length(); i++) {
            char c = TEXT.charAt(i);
            if (c >= '0' && c <= '9') {
                number = number * 10 + (c - '0');
            } else if (c == ';') {
                sum += number;
                number = 0;
            }
        }
        return sum;
    }

    private static int pattern(int n) {
        var matcher = WORD.matcher(TEXT);
        int found = n;
        while (matcher.find()) {
            found += matcher.group(1).length();
        }
        return found;
    }
}
