package dev.warmfront.forecast.weka;

import dev.warmfront.forecast.Expert;
import dev.warmfront.forecast.ExpertProvider;
import java.util.List;
import weka.classifiers.trees.M5P;
import weka.classifiers.trees.REPTree;

/** Two trees: linear models in the leaves (Quinlan 1992; Wang and Witten 1997), and means in leaves pruned by error. */
public final class WekaExperts implements ExpertProvider {

    private static final double LEAF_MODEL = 50;
    private static final double LEAF_MEAN = 20;

    static {
        // Weka would look for packages of its own in the home folder and for news of them on the network.
        System.getProperties().putIfAbsent("WEKA_HOME", System.getProperty("java.io.tmpdir") + "/warmfront-weka");
        System.getProperties().putIfAbsent("weka.packageManager.offline", "true");
        System.getProperties().putIfAbsent("weka.packageManager.loadPackages", "false");
        // Its linear algebra in Java: asked for anything else, it fails where the native kind is not there.
        for (String part : List.of("ARPACK", "BLAS", "LAPACK")) {
            String name = "com.github.fommil.netlib.";
            System.getProperties().putIfAbsent(name + part, name + "F2j" + part);
        }
    }

    @Override
    public String name() {
        return "weka";
    }

    @Override
    public List<Expert> experts(int slotSeconds) {
        return List.of(
                new WekaExpert("weka-m5p", WekaExperts::modelTree), new WekaExpert("weka-reptree", WekaExperts::tree));
    }

    private static M5P modelTree() {
        M5P tree = new M5P();
        tree.setMinNumInstances(LEAF_MODEL);
        return tree;
    }

    private static REPTree tree() {
        REPTree tree = new REPTree();
        tree.setMinNum(LEAF_MEAN);
        tree.setSeed(1);
        return tree;
    }
}
