namespace BioLearn.Experiments.Scaling;

/// <summary>Trainers and transforms whose costs a <see cref="CostTrial"/> measures.</summary>
public enum CostedWork
{
    /// <summary>A multilayer perceptron, taught by the trial's rule.</summary>
    LearningRule,

    /// <summary>Hebbian components by Sanger's rule.</summary>
    HebbianComponents,

    /// <summary>A competing layer, SoftHebb.</summary>
    CompetitiveLayer,

    /// <summary>A restricted Boltzmann machine.</summary>
    BoltzmannMachine,

    /// <summary>A deep belief network, a layer for each of the trial's.</summary>
    DeepBelief,

    /// <summary>A Helmholtz machine.</summary>
    Helmholtz,

    /// <summary>Recurrent units that read a row's features in four parts, taught online (RFLO).</summary>
    Recurrent,

    /// <summary>A plastic associative memory: as many neurons as units, a meta-training update for each batch of rows. Its inputs are its own.</summary>
    PlasticMemory,
}
