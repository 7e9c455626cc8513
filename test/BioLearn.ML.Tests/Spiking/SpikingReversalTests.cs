using BioLearn.ML.Spiking;

namespace BioLearn.ML.Tests.Spiking;

public sealed class SpikingReversalTests
{
    [Fact]
    public void A_current_comes_back_where_the_neuron_looks_and_others_stay_grey()
    {
        var options = new SpikingNetworkOptions
        {
            Input = new() { Width = 24, Height = 24, Border = 0 },
            Layers = [SpikingLayer.Convolution(2, 3, 1), SpikingLayer.Pooling(2, 2), SpikingLayer.Convolution(3, 3, 1)],
        };
        var network = new SpikingNetwork(new SpikingStructure(options));
        double[] currents = new double[network.Neurons];
        currents[(((4 * network.Width) + 8) * network.Maps) + 1] = 2;
        var picture = SpikingReversal.ToPicture(network, currents);

        Assert.Equal((24, 24), (picture.Width, picture.Height));
        var pixels = picture.Pixels.Span;
        // Row 4 of the last layer is around row 8 of the picture, column 8 around column 16.
        Assert.True(pixels[(8 * 24) + 16] > 200);
        Assert.Equal(128, pixels[(22 * 24) + 2]);
        currents.AsSpan().Clear();
        currents[0] = -1;
        Assert.All(SpikingReversal.ToPicture(network, currents).Pixels.ToArray(), value => Assert.Equal(128, value));
        Assert.Throws<ArgumentException>(() => SpikingReversal.ToPicture(network, currents.AsSpan(1)));
    }

    [Fact]
    public void With_a_picture_that_was_seen_currents_pass_only_where_it_made_neurons_fire()
    {
        var options = new SpikingNetworkOptions
        {
            Input = new() { Width = 24, Height = 24, Border = 0 },
            Layers = [SpikingLayer.Convolution(2, 3, 0.5f), SpikingLayer.Pooling(2, 2), SpikingLayer.Convolution(3, 3, 1)],
        };
        var network = new SpikingNetwork(new SpikingStructure(options));
        double[] currents = new double[network.Neurons];
        Array.Fill(currents, 1);
        byte[] pixels = new byte[24 * 24];
        for (int y = 4; y < 20; y++)
            pixels[(y * 24) + 5] = 255; // a bar at the left
        var seen = network.Respond(new GrayPicture(24, 24, pixels), new SpikingReadOut { SpikeTimeLayers = [0, 1, 2] });
        var traced = SpikingReversal.ToPicture(network, currents, seen).Pixels.ToArray();

        Assert.True(traced[(12 * 24) + 5] > 200);
        Assert.Equal(traced, SpikingReversal.ToPicture(network, currents, new GrayPicture(24, 24, pixels)).Pixels.ToArray());
        for (int y = 0; y < 24; y++)
            Assert.All(traced[((y * 24) + 12)..((y + 1) * 24)], value => Assert.Equal(128, value));
        Assert.Throws<ArgumentException>(() => SpikingReversal.ToPicture(network, currents, network.Respond(new GrayPicture(24, 24, pixels))));
    }
}
