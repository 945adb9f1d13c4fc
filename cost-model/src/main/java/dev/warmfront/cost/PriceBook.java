package dev.warmfront.cost;

import dev.warmfront.domain.ProviderId;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * List prices by provider, region and machine type. Immutable; iteration is in the order of those three.
 *
 * <p>The bundled book is a snapshot of published facts, each with its date and source: it prices a fresh installation, a
 * forecast and a replay. A user's own prices (negotiated, newer, on-prem) go over it by {@link #withOverrides}.
 */
public final class PriceBook {

    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::provider).thenComparing(Key::region).thenComparing(Key::machineType);

    private final SortedMap<Key, ListedPrice> prices;

    private record Key(ProviderId provider, String region, String machineType) {

        static Key of(ListedPrice price) {
            return new Key(price.provider(), price.region(), price.machineType());
        }
    }

    /** Parsed on first use, not when the class is loaded: most tests never ask for it. */
    private static final class Bundled {

        static final PriceBook BOOK = of(PriceCsv.parse(
                BundledPrices.csv(), BundledPrices.RESOURCE, new PriceCsv.Defaults(LocalDate.EPOCH, ""), List.of()));

        private Bundled() {}
    }

    private PriceBook(SortedMap<Key, ListedPrice> prices) {
        this.prices = Collections.unmodifiableSortedMap(prices);
    }

    /** The prices that come with the product. */
    public static PriceBook bundled() {
        return Bundled.BOOK;
    }

    /** A book of these prices; of two for the same machine the later wins. */
    public static PriceBook of(Collection<ListedPrice> prices) {
        return new PriceBook(new TreeMap<>(ORDER)).with(prices);
    }

    /** This book with more prices, which replace those of the same provider, region and machine type. */
    public PriceBook with(Collection<ListedPrice> more) {
        TreeMap<Key, ListedPrice> merged = new TreeMap<>(prices);
        more.forEach(price -> merged.put(Key.of(price), price));
        return new PriceBook(merged);
    }

    /**
     * This book with a user's price file over it. CSV with a header; columns in any order: {@code provider, region,
     * machine_type, ondemand_usd_h} are needed; {@code spot_usd_h, vcpu, mem_gib, gpu_count, gpu_type, as_of, source} may
     * be left out or blank. A row without a shape ({@code vcpu} and {@code mem_gib}) takes the shape and, where blank,
     * the spot price of the listed machine that it overrides.
     *
     * @param csv the file's text
     * @param file its name, for messages and as the source of rows that name none
     * @param asOf the day of rows that name none
     * @throws PriceFileException naming row and column of the first thing that is wrong
     */
    public PriceBook withOverrides(String csv, String file, LocalDate asOf) {
        return with(PriceCsv.parse(csv, file, new PriceCsv.Defaults(asOf, file), prices.values()));
    }

    /**
     * What a machine type costs.
     *
     * @return empty where no price is listed
     */
    public Optional<ListedPrice> find(ProviderId provider, String region, String machineType) {
        return Optional.ofNullable(prices.get(new Key(provider, region, machineType)));
    }

    /** Every price, ordered by provider, region, machine type. */
    public Collection<ListedPrice> all() {
        return prices.values();
    }
}
