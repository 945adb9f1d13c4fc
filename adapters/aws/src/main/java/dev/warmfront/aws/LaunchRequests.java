package dev.warmfront.aws;

import dev.warmfront.aws.Target.Candidate;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.CreateFleetRequest;
import software.amazon.awssdk.services.ec2.model.CreateLaunchTemplateRequest;
import software.amazon.awssdk.services.ec2.model.DefaultTargetCapacityType;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateConfigRequest;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateOverridesRequest;
import software.amazon.awssdk.services.ec2.model.FleetOnDemandAllocationStrategy;
import software.amazon.awssdk.services.ec2.model.FleetType;
import software.amazon.awssdk.services.ec2.model.HttpTokensState;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceInterruptionBehavior;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterfaceSpecification;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateBlockDeviceMappingRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateHttpTokensState;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateTagSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.MarketType;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.ec2.model.SpotAllocationStrategy;
import software.amazon.awssdk.services.ec2.model.SpotInstanceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VolumeType;

/**
 * What is asked of EC2 for a launch, from the settings: instance metadata by IMDSv2 alone, one hop; an encrypted root
 * volume that ends with its instance; a shutdown from inside ends the instance, so that it cannot be left stopped and billed.
 */
final class LaunchRequests {

    static final String INSTALLATION = "warmfront:installation";
    private static final String CELL = "warmfront:cell";
    private static final String INSTANCE = "warmfront:instance";
    static final String INTENT = "warmfront:intent";

    private final AwsSettings settings;

    LaunchRequests(AwsSettings settings) {
        this.settings = settings;
    }

    /**
     * EC2's client token: at most 64 characters, and an account's installations must not meet in one.
     *
     * @return 64 hexadecimal digits, the same for the same intent of the same installation
     */
    static String clientToken(LaunchRequest request) {
        try {
            String scope = request.tags().installation() + "\n" + request.token();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(scope.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A launch template's name; one lives as long as the launch of a group takes. */
    static String templateName(LaunchRequest request) {
        return "warmfront-" + clientToken(request);
    }

    RunInstancesRequest run(LaunchRequest request, Target target) {
        Candidate only = target.candidates().getFirst();
        RunInstancesRequest.Builder builder = RunInstancesRequest.builder()
                .clientToken(clientToken(request))
                .imageId(settings.image())
                .instanceType(only.type())
                .minCount(1)
                .maxCount(1)
                .userData(userData(request))
                .placement(placement -> placement.availabilityZone(only.zone()))
                .metadataOptions(
                        options -> options.httpTokens(HttpTokensState.REQUIRED).httpPutResponseHopLimit(1))
                .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE)
                .blockDeviceMappings(BlockDeviceMapping.builder()
                        .deviceName(settings.rootDevice())
                        .ebs(ebs -> ebs.volumeSize(target.diskGibibytes())
                                .volumeType(VolumeType.GP3)
                                .encrypted(true)
                                .deleteOnTermination(true))
                        .build())
                .tagSpecifications(
                        tagged(ResourceType.INSTANCE, request.tags()), tagged(ResourceType.VOLUME, request.tags()));
        network(builder, only);
        if (!settings.instanceProfile().isEmpty()) {
            boolean arn = settings.instanceProfile().startsWith("arn:");
            builder.iamInstanceProfile(profile ->
                    profile.arn(arn ? settings.instanceProfile() : null).name(arn ? null : settings.instanceProfile()));
        }
        if (target.hibernates()) {
            builder.hibernationOptions(options -> options.configured(true));
        }
        if (target.spot()) {
            builder.instanceMarketOptions(market -> market.marketType(MarketType.SPOT)
                    .spotOptions(spot -> spot.spotInstanceType(SpotInstanceType.ONE_TIME)
                            .instanceInterruptionBehavior(InstanceInterruptionBehavior.TERMINATE)));
        }
        return builder.build();
    }

    private void network(RunInstancesRequest.Builder builder, Candidate only) {
        if (only.subnet().isEmpty() && !settings.cloud().publicAddress()) {
            // A default subnet gives an address by itself, unless its owner has turned that off.
            if (!settings.securityGroups().isEmpty()) {
                builder.securityGroupIds(settings.securityGroups());
            }
            return;
        }
        InstanceNetworkInterfaceSpecification.Builder card = InstanceNetworkInterfaceSpecification.builder()
                .deviceIndex(0)
                .associatePublicIpAddress(settings.cloud().publicAddress())
                .deleteOnTermination(true);
        if (!only.subnet().isEmpty()) {
            card.subnetId(only.subnet());
        }
        if (!settings.securityGroups().isEmpty()) {
            card.groups(settings.securityGroups());
        }
        builder.networkInterfaces(card.build());
    }

    /** The same as {@link #run} as a template, which a fleet wants; type and zone are the fleet's. */
    CreateLaunchTemplateRequest template(LaunchRequest request, Target target) {
        RequestLaunchTemplateData.Builder data = RequestLaunchTemplateData.builder()
                .imageId(settings.image())
                .userData(userData(request))
                .metadataOptions(options -> options.httpTokens(LaunchTemplateHttpTokensState.REQUIRED)
                        .httpPutResponseHopLimit(1))
                .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE)
                .blockDeviceMappings(LaunchTemplateBlockDeviceMappingRequest.builder()
                        .deviceName(settings.rootDevice())
                        .ebs(ebs -> ebs.volumeSize(target.diskGibibytes())
                                .volumeType(VolumeType.GP3)
                                .encrypted(true)
                                .deleteOnTermination(true))
                        .build())
                .tagSpecifications(List.of(
                        inTemplate(ResourceType.INSTANCE, request.tags()),
                        inTemplate(ResourceType.VOLUME, request.tags())));
        if (settings.cloud().publicAddress()) {
            LaunchTemplateInstanceNetworkInterfaceSpecificationRequest.Builder card =
                    LaunchTemplateInstanceNetworkInterfaceSpecificationRequest.builder()
                            .deviceIndex(0)
                            .associatePublicIpAddress(true)
                            .deleteOnTermination(true);
            if (!settings.securityGroups().isEmpty()) {
                card.groups(settings.securityGroups());
            }
            data.networkInterfaces(card.build());
        } else if (!settings.securityGroups().isEmpty()) {
            data.securityGroupIds(settings.securityGroups());
        }
        if (!settings.instanceProfile().isEmpty()) {
            boolean arn = settings.instanceProfile().startsWith("arn:");
            data.iamInstanceProfile(profile ->
                    profile.arn(arn ? settings.instanceProfile() : null).name(arn ? null : settings.instanceProfile()));
        }
        if (target.hibernates()) {
            data.hibernationOptions(options -> options.configured(true));
        }
        return CreateLaunchTemplateRequest.builder()
                .clientToken(clientToken(request))
                .launchTemplateName(templateName(request))
                .launchTemplateData(data.build())
                .tagSpecifications(tagged(ResourceType.LAUNCH_TEMPLATE, request.tags()))
                .build();
    }

    /**
     * A fleet of one that is there at once or not at all.
     *
     * @param ranked what may be launched, the best first
     */
    CreateFleetRequest fleet(LaunchRequest request, Target target, List<Candidate> ranked) {
        List<FleetLaunchTemplateOverridesRequest> overrides = new ArrayList<>();
        for (int rank = 0; rank < ranked.size(); rank++) {
            Candidate candidate = ranked.get(rank);
            FleetLaunchTemplateOverridesRequest.Builder override = FleetLaunchTemplateOverridesRequest.builder()
                    .instanceType(candidate.type())
                    .priority((double) rank);
            overrides.add((candidate.subnet().isEmpty()
                            ? override.availabilityZone(candidate.zone())
                            : override.subnetId(candidate.subnet()))
                    .build());
        }
        return CreateFleetRequest.builder()
                .clientToken(clientToken(request))
                .type(FleetType.INSTANT)
                .launchTemplateConfigs(FleetLaunchTemplateConfigRequest.builder()
                        .launchTemplateSpecification(template -> template.launchTemplateName(templateName(request))
                                .version("1"))
                        .overrides(overrides)
                        .build())
                .targetCapacitySpecification(capacity -> capacity.totalTargetCapacity(1)
                        .defaultTargetCapacityType(
                                target.spot() ? DefaultTargetCapacityType.SPOT : DefaultTargetCapacityType.ON_DEMAND))
                .onDemandOptions(options -> options.allocationStrategy(FleetOnDemandAllocationStrategy.PRIORITIZED))
                .spotOptions(
                        options -> options.allocationStrategy(SpotAllocationStrategy.CAPACITY_OPTIMIZED_PRIORITIZED))
                .tagSpecifications(tagged(ResourceType.FLEET, request.tags()))
                .build();
    }

    private String userData(LaunchRequest request) {
        byte[] script = settings.cloud().bootstrap().script(request).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(script);
    }

    private static TagSpecification tagged(ResourceType resource, InstanceTags tags) {
        return TagSpecification.builder()
                .resourceType(resource)
                .tags(tags(tags))
                .build();
    }

    private static LaunchTemplateTagSpecificationRequest inTemplate(ResourceType resource, InstanceTags tags) {
        return LaunchTemplateTagSpecificationRequest.builder()
                .resourceType(resource)
                .tags(tags(tags))
                .build();
    }

    private static List<Tag> tags(InstanceTags tags) {
        return List.of(
                tag(INSTALLATION, tags.installation()),
                tag(CELL, tags.cell().value()),
                tag(INSTANCE, tags.instance().value()),
                tag(INTENT, tags.intent().value()),
                tag("Name", "warmfront " + tags.instance()));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    /** What an instance was marked with; empty when it carries not all of our tags. */
    static Optional<InstanceTags> tags(Instance instance) {
        Map<String, String> tags =
                instance.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value, (first, second) -> first));
        return InstanceTags.read(tags.get(INSTALLATION), tags.get(CELL), tags.get(INSTANCE), tags.get(INTENT));
    }
}
