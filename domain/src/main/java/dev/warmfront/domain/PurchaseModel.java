package dev.warmfront.domain;

/** How capacity is bought. */
public enum PurchaseModel {
    ON_DEMAND,
    /** Cheaper, and the provider may take it back with short notice. */
    SPOT
}
