using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>
/// A learning rule: decides which two signals meet at each synapse. Everything else (forward pass, the way back through a
/// feedback path, outer products, optimizer, diagnostics) is the engine's and shared by all rules.
/// </summary>
/// <remarks>
/// An instance holds hyper-parameters only and may serve many networks at once; what a rule keeps for one network (feedback
/// weights, inverses) are side tensors, declared in <see cref="Describe"/> and read back from the
/// <see cref="LearningContext{T}"/>. Methods are generic over float and double: double proves a rule, float is what users run.
/// </remarks>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors)] // hyper-parameters are saved
public abstract class LearningRule
{
    /// <summary>The field's name of the rule, for example "feedback alignment".</summary>
    public abstract string Name { get; }

    /// <summary>Whether <see cref="Predict{T}"/> is the ordinary forward pass; false for networks that settle.</summary>
    public virtual bool PredictsByForwardPass => true;

    /// <summary>
    /// Whether some outputs of a sample may have no target (<see cref="LearningContext{T}.TargetMask"/>): true for rules that meet targets in the
    /// output's error alone. Default: true; rules that look at targets themselves say false.
    /// </summary>
    public virtual bool AllowsFreeOutputs => true;

    /// <summary>The head that trainers choose for the rule where the user chose none; null for the task's usual one.</summary>
    public virtual OutputHead? PreferredHead => null;

    /// <summary>The activation that trainers choose for the rule's hidden layers where the user chose none; null for tanh.</summary>
    public virtual Activation? PreferredActivation => null;

    /// <summary>The activation that trainers choose where a network has so many hidden layers, for rules whose choice depends on it. Default: <see cref="PreferredActivation"/>.</summary>
    /// <param name="hiddenLayers">Number of hidden layers.</param>
    /// <returns>The activation, or null for tanh.</returns>
    public virtual Activation? PreferredActivationFor(int hiddenLayers) => PreferredActivation;

    /// <summary>
    /// The optimizer that trainers choose for the rule where the user chose none, by experience with small tables; null for Adam at 1e-3.
    /// </summary>
    public virtual OptimizerSettings? PreferredOptimizer => null;

    /// <summary>
    /// The numbers that an output can be under this rule, so that trainers bring the label of a regression into them. Default: those of the
    /// network's head; less where the output is a state with an activation of its own.
    /// </summary>
    /// <param name="network">The network's description.</param>
    /// <returns>The range.</returns>
    public virtual ActivityRange OutputRange(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Head.Range;
    }

    /// <summary>
    /// What the user should be told before the rule trains such a network, with the number that matters and what to change; null for
    /// nothing. For networks that the rule can train but, as its options stand, badly: too deep ones, say.
    /// </summary>
    /// <param name="network">The network's description.</param>
    /// <returns>A sentence or two, or null.</returns>
    public virtual string? Caution(NetworkSpec network) => null;

    /// <summary>
    /// Says what the rule needs of a network: side tensors with their shapes and initial values. Refuse here, with a clear
    /// <see cref="ArgumentException"/>, a network that the rule cannot train.
    /// </summary>
    /// <param name="network">The network's description.</param>
    /// <param name="needs">Collects the side tensors.</param>
    public virtual void Describe(NetworkSpec network, RuleRequirements needs)
    {
    }

    /// <summary>
    /// Called once for a new network, after all its tensors were drawn, for rules whose side tensors begin in a relation to the weights or
    /// to each other. Leave the weights and biases alone.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="network">The network.</param>
    public virtual void Initialize<T>(Network<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
    }

    /// <summary>Numbers of the instruction that every sample needs beside its features (<see cref="Guide"/>); 0 where nothing is asked. Default: 0.</summary>
    public virtual int RequiredInstructionWidth => 0;

    /// <summary>
    /// Opens gates for what the samples of the mini-batch are asked (<see cref="LearningContext{T}.OpenGates"/>), before a pass up; nothing by
    /// default.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="step">The mini-batch, the network's state and the engine.</param>
    public virtual void Guide<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
    }

    /// <summary>
    /// The network's prediction for the context's mini-batch, left in the clean phase: y in <c>Clean.Units(L)</c>, and what the hidden
    /// layers show their readers in <c>Clean.Activity(l)</c>. The forward pass, unless the network predicts by settling.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="step">The mini-batch, the network's state and the engine.</param>
    public virtual void Predict<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(step);
        Guide(step);
        step.Forward();
    }

    /// <summary>Whether networks that the rule has taught can be written as ONNX: those that predict by their forward pass, and those whose <see cref="WritePrediction"/> the rule knows.</summary>
    public virtual bool WritesOnnx => PredictsByForwardPass;

    /// <summary>Writes what <see cref="Predict{T}"/> does as ONNX, for a rule that predicts by settling: the relaxation, unrolled for its number of steps.</summary>
    /// <param name="graph">Weights, biases, and where nodes go.</param>
    /// <returns>Names of the states that readers of layers 1 to L − 1 see, and last of a_L, from which the output head makes y.</returns>
    /// <exception cref="NotSupportedException">The rule has no such form.</exception>
    public virtual IReadOnlyList<string> WritePrediction(RelaxationGraph graph) =>
        throw new NotSupportedException($"A network taught by {Name} predicts in a way of its own, not by its forward pass; it cannot be written as ONNX.");

    /// <summary>
    /// One learning step on the context's mini-batch: run the phases, then hand each synapse its two signals
    /// (<see cref="LearningContext{T}.Learn(int, Signal{T}, Signal{T})"/> and kin). Weights and biases
    /// must not be changed here, nor side tensors, except those that are written anew in every step, such as the signs of the weights.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="step">The mini-batch, the network's state and the engine.</param>
    public abstract void ComputeCredit<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Called after the optimizer has changed the parameters of a step, for rules that then teach their own side tensors.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="step">The same context as in <see cref="ComputeCredit{T}"/>.</param>
    public virtual void AfterStep<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
    }
}
