namespace BioLearn.Experiments.Studies;

/// <summary>Features that are learned without labels, and what they are compared with.</summary>
public enum FeatureKind
{
    /// <summary>The pixels as they are.</summary>
    Pixels,

    /// <summary>A competing layer, or a network of <see cref="FeaturesTrial.Layers"/>, whose weights stay as they were drawn: the control.</summary>
    Random,

    /// <summary>SoftHebb (Journé et al. 2023).</summary>
    SoftHebb,

    /// <summary>SoftHebb whose losers turn away.</summary>
    SoftHebbAnti,

    /// <summary>Krotov and Hopfield's competing units (2019).</summary>
    KrotovHopfield,

    /// <summary>A network of competing <see cref="FeaturesTrial.Layers"/> on one another, such as deep SoftHebb (Journé et al. 2023).</summary>
    CompetitiveNetwork,

    /// <summary>Hebbian components by Sanger's rule (1989).</summary>
    Sanger,

    /// <summary>A restricted Boltzmann machine.</summary>
    BoltzmannMachine,

    /// <summary>A deep belief network of two layers.</summary>
    DeepBelief,

    /// <summary>A Helmholtz machine.</summary>
    Helmholtz,

    /// <summary>Spikes of the competing neurons of Diehl and Cook (2015).</summary>
    SpikingCompetition,

    /// <summary>Potentials of a spiking convolutional network (Kheradpisheh et al. 2018).</summary>
    SpikingConvolution,
}
