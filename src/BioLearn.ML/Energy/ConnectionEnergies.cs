using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>Predictive coding's energy of a connection: c/2 ‖post − f(pre) W'‖² (Rao and Ballard 1999).</summary>
/// <param name="activation">f.</param>
/// <param name="coefficient">c.</param>
public sealed class PredictionEnergy(Activation activation, double coefficient = 1) : IConnectionEnergy
{
    /// <inheritdoc/>
    public double Evaluate(in ConnectionStates connection)
    {
        ConnectionSignals signals = new(connection, activation);
        double[] errors = signals.Sums();
        TensorPrimitives.Subtract(connection.Post, errors, errors);
        double energy = 0.5 * coefficient * TensorPrimitives.SumOfSquares<double>(errors);
        TensorPrimitives.Multiply(errors, coefficient, errors);
        signals.SendBack(errors, -1);
        signals.Meet(errors, -1);
        TensorPrimitives.Add(connection.PostSlope, errors, connection.PostSlope);
        return energy;
    }
}

/// <summary>The energy of units that excite each other: −f(pre) W' · f(post) (Hopfield 1984; Scellier and Bengio 2017).</summary>
/// <param name="activation">f.</param>
public sealed class InteractionEnergy(Activation activation) : IConnectionEnergy
{
    /// <inheritdoc/>
    public double Evaluate(in ConnectionStates connection)
    {
        ConnectionSignals signals = new(connection, activation);
        double[] sums = signals.Sums(), post = new double[connection.Post.Length];
        activation.Apply(connection.Post, post);
        double energy = -TensorPrimitives.Dot<double>(sums, post);
        signals.SendBack(post, -1);
        signals.Meet(post, -1);
        activation.MultiplyByDerivative<double>(connection.Post, post, sums);
        TensorPrimitives.Subtract(connection.PostSlope, sums, connection.PostSlope);
        return energy;
    }
}

/// <summary>Sums, and the two products that every energy of f(pre) W' needs.</summary>
internal readonly ref struct ConnectionSignals
{
    private readonly ConnectionStates _connection;
    private readonly Activation _activation;
    private readonly double[] _sent;

    public ConnectionSignals(in ConnectionStates connection, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        _connection = connection;
        _activation = activation;
        _sent = new double[connection.Pre.Length];
        activation.Apply(connection.Pre, _sent);
    }

    /// <summary>f(pre) W'.</summary>
    public double[] Sums()
    {
        double[] sums = new double[_connection.Post.Length];
        Gemm.NT(Sent, Weights, new MatrixSpan<double>(sums, _connection.Samples, _connection.PostUnits), 1, 0);
        return sums;
    }

    /// <summary>Adds c f'(pre) ⊙ (post W) to the presynaptic slope.</summary>
    public void SendBack(ReadOnlySpan<double> post, double coefficient)
    {
        double[] back = new double[_sent.Length];
        Gemm.NN(new ReadOnlyMatrixSpan<double>(post, _connection.Samples, _connection.PostUnits), Weights, new MatrixSpan<double>(back, _connection.Samples, _connection.PreUnits), coefficient, 0);
        _activation.MultiplyByDerivative<double>(_connection.Pre, _sent, back);
        TensorPrimitives.Add(_connection.PreSlope, back, _connection.PreSlope);
    }

    /// <summary>Adds c post' f(pre) to the weights' slope, where it is asked for.</summary>
    public void Meet(ReadOnlySpan<double> post, double coefficient)
    {
        if (!_connection.WeightSlope.IsEmpty)
            Gemm.TN(new ReadOnlyMatrixSpan<double>(post, _connection.Samples, _connection.PostUnits), Sent, new MatrixSpan<double>(_connection.WeightSlope, _connection.PostUnits, _connection.PreUnits), coefficient, 1);
    }

    private ReadOnlyMatrixSpan<double> Sent => new(_sent, _connection.Samples, _connection.PreUnits);

    private ReadOnlyMatrixSpan<double> Weights => new(_connection.Weights, _connection.PostUnits, _connection.PreUnits);
}
