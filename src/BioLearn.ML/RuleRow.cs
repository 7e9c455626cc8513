using System.Diagnostics.CodeAnalysis;
using BioLearn.ML.Networks;

namespace BioLearn.ML;

/// <summary>How a rule assigns credit, or what it learns in its stead.</summary>
public enum RuleFamily
{
    /// <summary>An error comes down through feedback weights of some kind.</summary>
    ErrorRouting,

    /// <summary>Targets come down, and every layer learns to reach its own.</summary>
    Targets,

    /// <summary>Activities settle before the synapses move.</summary>
    Relaxation,

    /// <summary>Noise is tried, and what it does to the loss is learned from.</summary>
    Perturbation,

    /// <summary>Every layer or cell learns from what it has at hand.</summary>
    Local,

    /// <summary>Networks with a state, on sequences.</summary>
    Recurrent,

    /// <summary>Learns from features alone.</summary>
    Unsupervised,

    /// <summary>Learns from the times of spikes.</summary>
    Spiking,
}

/// <summary>What a rule can be used for.</summary>
[Flags]
public enum RuleTasks
{
    /// <summary>No task of ML.NET: a class to simulate with.</summary>
    None = 0,

    /// <summary>Multiclass classification.</summary>
    Multiclass = 1,

    /// <summary>Binary classification.</summary>
    Binary = 2,

    /// <summary>Regression.</summary>
    Regression = 4,

    /// <summary>Features for the trainer that follows.</summary>
    Features = 8,

    /// <summary>Completion of stored patterns.</summary>
    Completion = 16,
}

/// <summary>Which networks a <see cref="LearningRule"/> can train. It may refuse some of them for other reasons, such as their head.</summary>
[Flags]
public enum RuleNetworks
{
    /// <summary>None: the rule has a network of its own.</summary>
    None = 0,

    /// <summary>Fully connected layers.</summary>
    Dense = 1,

    /// <summary>Convolutions, with strides in the place of pooling.</summary>
    Convolutions = 2,

    /// <summary>Residual additions, normalization and gates such as dropout.</summary>
    Residual = 4,

    /// <summary>Pooling behind convolutions.</summary>
    Pooling = 8,
}

/// <summary>A learning rule in a row of <see cref="RuleTable"/>.</summary>
/// <param name="Name">Its stable name: in saved models, on the tool's command line. Never changes, whatever the type is called.</param>
/// <param name="Type">The class: a <see cref="LearningRule"/>, or what else learns or holds what was learned.</param>
/// <param name="Family">How it assigns credit.</param>
/// <param name="Tasks">What it can be used for.</param>
/// <param name="Networks">Which networks it can train.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Reference">The paper.</param>
/// <param name="Page">The page about it, a file of <c>docs/</c>.</param>
/// <param name="Call">What a program calls on its <c>MLContext</c>, or makes.</param>
public sealed record RuleRow(
    string Name,
    [property: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors)]
    [param: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors)]
    Type Type,
    RuleFamily Family,
    RuleTasks Tasks,
    RuleNetworks Networks,
    string Summary,
    string Reference,
    string Page,
    string Call)
{
    /// <summary>The field's name, as it stands in a sentence: "taught by feedback alignment".</summary>
    public string Title { get; init; } = Name.Replace('-', ' ');

    /// <summary>Whether it is a <see cref="LearningRule"/> of layered networks, for the trainers of that name.</summary>
    public bool IsLearningRule => Type.IsAssignableTo(typeof(LearningRule));

    /// <summary>Makes the learning rule with its defaults.</summary>
    /// <returns>The rule.</returns>
    /// <exception cref="InvalidOperationException">The row is no <see cref="LearningRule"/>.</exception>
    public LearningRule CreateRule() => IsLearningRule ? (LearningRule)Activator.CreateInstance(Type)!
        : throw new InvalidOperationException($"'{Name}' is no rule of layered networks; in a program: {Call}");
}
