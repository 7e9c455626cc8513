
using System.Runtime.CompilerServices;

namespace BioLearn.ML.Networks;

/// <summary>A side tensor that a rule wants for one layer.</summary>
/// <param name="Name">The paper's letter, for example "K".</param>
/// <param name="Layer">The layer, 1 for the first above the input.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Initializer">How it starts; drawn from the random stream "NAME/LAYER".</param>
/// <param name="FanIn">Fan-in that the initializer counts with.</param>
/// <param name="FanOut">Fan-out that the initializer counts with.</param>
/// <param name="Role">What it is to the network.</param>
public sealed record SideTensor(string Name, int Layer, int Rows, int Columns, Initializer Initializer, int FanIn, int FanOut, ParameterRole Role = ParameterRole.Side);

/// <summary>What a rule needs of a network beside its weights; filled in <see cref="LearningRule.Describe"/>.</summary>
public sealed class RuleRequirements
{
    private readonly List<SideTensor> _side = [];

    /// <summary>The side tensors asked for.</summary>
    public IReadOnlyList<SideTensor> SideTensors => _side;

    /// <summary>Asks for a side tensor, whose columns count as fan-in and rows as fan-out.</summary>
    /// <param name="name">The paper's letter, for example "K".</param>
    /// <param name="layer">The layer, 1 for the first above the input.</param>
    /// <param name="rows">Rows; at least 1.</param>
    /// <param name="columns">Columns; at least 1.</param>
    /// <param name="initializer">How it starts.</param>
    /// <param name="role">What it is to the network. Default: a side tensor.</param>
    /// <param name="option">What the caller calls the initializer, for the error where it is null; leave it out.</param>
    /// <exception cref="ArgumentNullException">There is no initializer.</exception>
    public void Side(
        string name, int layer, int rows, int columns, Initializer initializer, ParameterRole role = ParameterRole.Side, [CallerArgumentExpression(nameof(initializer))] string option = "")
    {
        ArgumentNullException.ThrowIfNull(initializer, option);
        _side.Add(new SideTensor(name, layer, rows, columns, initializer, columns, rows, role));
    }

    /// <summary>Asks for a side tensor whose fan-in and fan-out are others than its columns and rows.</summary>
    /// <param name="tensor">The tensor.</param>
    public void Side(SideTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _side.Add(tensor);
    }

    /// <summary>Asks for feedback weights of the shape of W_l for every layer with weights that reads another layer.</summary>
    /// <param name="name">The paper's letter.</param>
    /// <param name="network">The network.</param>
    /// <param name="initializer">How they start.</param>
    /// <param name="option">What the caller calls the initializer, for the error where it is null; leave it out.</param>
    /// <exception cref="ArgumentNullException">There is no initializer.</exception>
    public void FeedbackLike(string name, NetworkSpec network, Initializer initializer, [CallerArgumentExpression(nameof(initializer))] string option = "")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(initializer, option);
        foreach (Layer layer in network.Graph.Where(l => l.HasWeights && l.Source > 0))
            _side.Add(new SideTensor(name, layer.Index, layer.WeightRows, layer.WeightColumns, initializer, layer.FanIn, layer.FanOut, ParameterRole.Feedback));
    }
}
